using CDNet.MLNet.Sam;
using CDNet.MLNet.Torch.Training.Augmentation;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>The crops of one step in ordinary memory, as the network takes them.</summary>
internal sealed class CropBatch(int count, CropSizes sizes)
{
    private readonly byte[] _faces = new byte[count * sizes.FaceBytes];
    private readonly byte[] _parts = new byte[SamSpec.Parts * count * sizes.PartBytes];
    private readonly float[] _amplitudes = new float[count * SamSpec.AllAmplitudes];

    public int Count { get; } = count;

    /// <summary>1 for fake, 0 for real.</summary>
    public float[] Labels { get; } = new float[count];

    /// <summary>Reads rows, changed where an augmenter is given.</summary>
    public static CropBatch Read(CropCache cache, int[] rows, CropAugmenter? augmenter)
    {
        var batch = new CropBatch(rows.Length, cache.Sizes);
        if (augmenter is { ChangesPixels: true })
        {
            Parallel.For(0, rows.Length, i => batch.Place(cache, rows[i], i, augmenter));
        }
        else
        {
            for (var i = 0; i < rows.Length; i++)
                batch.Place(cache, rows[i], i, augmenter);
        }
        return batch;
    }

    /// <summary>The tensors of <see cref="Networks.FeatureNetwork.Features"/> on a device.</summary>
    public (Tensor Faces, Tensor Parts, Tensor Amplitudes, Tensor Labels) ToTensors(Device device)
    {
        using var scope = NewDisposeScope();
        var (face, part) = (sizes.FaceSide, sizes.PartSide);
        return (
            tensor(_faces, [Count, 3, face, face]).to(device).MoveToOuterDisposeScope(),
            tensor(_parts, [SamSpec.Parts * Count, 3, part, part]).to(device).MoveToOuterDisposeScope(),
            tensor(_amplitudes, [Count, SamSpec.AllAmplitudes]).to(device).MoveToOuterDisposeScope(),
            tensor(Labels).to(device).MoveToOuterDisposeScope());
    }

    private void Place(CropCache cache, int row, int index, CropAugmenter? augmenter)
    {
        var face = _faces.AsSpan(index * sizes.FaceBytes, sizes.FaceBytes);
        var parts = new byte[SamSpec.Parts * sizes.PartBytes].AsSpan();
        var amplitudes = _amplitudes.AsSpan(index * SamSpec.AllAmplitudes, SamSpec.AllAmplitudes);
        cache.Read(row, face, parts, amplitudes);
        augmenter?.Apply(row, sizes, face, parts, amplitudes);
        Labels[index] = cache[row].IsFake ? 1 : 0;
        // A batch holds all right eyes, then all left eyes, noses and mouths.
        for (var part = 0; part < SamSpec.Parts; part++)
            parts.Slice(part * sizes.PartBytes, sizes.PartBytes).CopyTo(_parts.AsSpan((part * Count + index) * sizes.PartBytes));
    }
}
