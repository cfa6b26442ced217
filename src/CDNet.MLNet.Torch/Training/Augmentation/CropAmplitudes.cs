using CDNet.MLNet.Frequency;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Sam;
using Microsoft.ML.OnnxRuntime;

namespace CDNet.MLNet.Torch.Training.Augmentation;

/// <summary>Computes the amplitudes of rows from their crops, with the graph that DctAmplitude uses. Several threads may use it at once.</summary>
internal sealed class CropAmplitudes : IDisposable
{
    // Other bands or another scale differ by whole units.
    private const float Tolerance = 1e-3f;

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly CropSizes _sizes;

    public CropAmplitudes(CropSizes sizes, DctAmplitudeOptions options)
    {
        (_sizes, AreSigned) = (sizes, options.AverageSigned);
        var model = DctAmplitudeGraph.Build(
            FaceColumns.Crops.Select((crop, i) => new DctAmplitudeGraph.Image(crop, FaceColumns.AmplitudeOf(crop), Side(i), Side(i))), options);
        // Rows are changed in parallel already.
        using var settings = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(model, settings);
    }

    /// <summary>Whether signed coefficients are averaged; then mirroring changes the amplitudes too.</summary>
    public bool AreSigned { get; }

    /// <summary>What a training needs: null where the network reads no amplitudes or the augmentation leaves them as they are.</summary>
    /// <exception cref="ArgumentException">The data's amplitudes are not those that would be computed for changed crops; the message says what to set.</exception>
    public static CropAmplitudes? For(CropCache cache, SamFeatureOptions options, FeatureGraph network)
    {
        var augmentation = options.Augmentation;
        if (!network.ReadsAmplitudes || !(augmentation.ChangesPixels || (augmentation.FlipProbability > 0 && options.AmplitudeOptions.AverageSigned)))
            return null;
        var amplitudes = new CropAmplitudes(cache.Sizes, options.AmplitudeOptions);
        try
        {
            amplitudes.Verify(cache);
            return amplitudes;
        }
        catch
        {
            amplitudes.Dispose();
            throw;
        }
    }

    /// <summary>Computes the 640 amplitudes of a row.</summary>
    /// <param name="face">The face.</param>
    /// <param name="parts">The parts, one behind the other.</param>
    /// <param name="values">Receives the amplitudes of the face, then of the parts.</param>
    public void Compute(ReadOnlySpan<byte> face, ReadOnlySpan<byte> parts, Span<float> values)
    {
        var inputs = new OrtValue[FaceColumns.Crops.Count];
        try
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                var planes = i == 0 ? face : parts.Slice((i - 1) * _sizes.PartBytes, _sizes.PartBytes);
                inputs[i] = OrtValue.CreateTensorValueFromMemory(planes.ToArray(), [3, Side(i), Side(i)]);
            }
            using var outputs = _session.Run(_run, FaceColumns.Crops, inputs, FaceColumns.Amplitudes);
            for (var i = 0; i < inputs.Length; i++)
                outputs[i].GetTensorDataAsSpan<float>().CopyTo(values[(i * SamSpec.Amplitudes)..]);
        }
        finally
        {
            foreach (var input in inputs)
                input?.Dispose();
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }

    private int Side(int crop) => crop == 0 ? _sizes.FaceSide : _sizes.PartSide;

    private void Verify(CropCache cache)
    {
        if (cache.Count == 0)
            return;
        var (face, parts) = (new byte[_sizes.FaceBytes], new byte[SamSpec.Parts * _sizes.PartBytes]);
        var (given, computed) = (new float[SamSpec.AllAmplitudes], new float[SamSpec.AllAmplitudes]);
        cache.Read(0, face, parts, given);
        Compute(face, parts, computed);
        for (var i = 0; i < given.Length; i++)
        {
            // A NaN fails the comparison.
            if (Math.Abs(given[i] - computed[i]) <= Tolerance * Math.Max(1, Math.Abs(computed[i])))
                continue;
            throw new ArgumentException(
                $"The augmentation changes crops, so amplitudes are computed anew, but not as the data's were: {FaceColumns.Amplitudes[i / SamSpec.Amplitudes]}[{i % SamSpec.Amplitudes}] "
                + $"is {given[i]} in the data and {computed[i]} by AmplitudeOptions. Set AmplitudeOptions to the options of DctAmplitude.");
        }
    }
}
