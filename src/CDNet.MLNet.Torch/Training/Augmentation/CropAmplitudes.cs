using CDNet.MLNet.Frequency;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Sam;

namespace CDNet.MLNet.Torch.Training.Augmentation;

/// <summary>Computes the amplitudes of a row from its crops.</summary>
internal static class CropAmplitudes
{
    // ONNX computes in 32 bits, the plain function in 64; other bands or scales differ by whole units.
    private const float Tolerance = 1e-2f;

    /// <summary>Computes the 640 amplitudes of a row.</summary>
    public static void Compute(CropSizes sizes, ReadOnlySpan<byte> face, ReadOnlySpan<byte> parts, DctAmplitudeOptions options, Span<float> values)
    {
        DctAmplitudes.Compute(face, sizes.FaceSide, sizes.FaceSide, options).CopyTo(values);
        for (var part = 0; part < SamSpec.Parts; part++)
        {
            var planes = parts.Slice(part * sizes.PartBytes, sizes.PartBytes);
            DctAmplitudes.Compute(planes, sizes.PartSide, sizes.PartSide, options).CopyTo(values[((part + 1) * SamSpec.Amplitudes)..]);
        }
    }

    /// <summary>Checks on a row that the data's amplitudes are those that would be computed for changed crops.</summary>
    /// <exception cref="ArgumentException">They are others; the message says what to set.</exception>
    public static void Verify(CropCache cache, DctAmplitudeOptions options)
    {
        if (cache.Count == 0)
            return;
        var (face, parts) = (new byte[cache.Sizes.FaceBytes], new byte[SamSpec.Parts * cache.Sizes.PartBytes]);
        var (given, computed) = (new float[SamSpec.AllAmplitudes], new float[SamSpec.AllAmplitudes]);
        cache.Read(0, face, parts, given);
        Compute(cache.Sizes, face, parts, options, computed);
        for (var i = 0; i < given.Length; i++)
        {
            // NaN fails the comparison too.
            if (Math.Abs(given[i] - computed[i]) <= Tolerance * Math.Max(1, Math.Abs(computed[i])))
                continue;
            throw new ArgumentException(
                $"The augmentation changes pixels, so amplitudes are computed anew, but not as the data's were: {FaceColumns.Amplitudes[i / SamSpec.Amplitudes]}[{i % SamSpec.Amplitudes}] "
                + $"is {given[i]} in the data and {computed[i]} by AmplitudeOptions. Set AmplitudeOptions to the options of DctAmplitude.", nameof(options));
        }
    }
}
