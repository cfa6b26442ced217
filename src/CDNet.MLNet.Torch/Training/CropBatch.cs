using CDNet.MLNet.Sam;
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

    /// <summary>Reads rows, some of them mirrored.</summary>
    public static CropBatch Read(CropCache cache, ReadOnlySpan<int> rows, Func<bool> isMirrored)
    {
        var batch = new CropBatch(rows.Length, cache.Sizes);
        var parts = new byte[SamSpec.Parts * cache.Sizes.PartBytes];
        for (var i = 0; i < rows.Length; i++)
            batch.Place(cache, rows[i], i, parts, isMirrored());
        return batch;
    }

    /// <summary>The tensors of <see cref="Networks.SamNetwork.Features"/> on a device.</summary>
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

    private void Place(CropCache cache, int row, int index, byte[] parts, bool isMirrored)
    {
        var face = _faces.AsSpan(index * sizes.FaceBytes, sizes.FaceBytes);
        cache.Read(row, face, parts, _amplitudes.AsSpan(index * SamSpec.AllAmplitudes, SamSpec.AllAmplitudes));
        Labels[index] = cache[row].IsFake ? 1 : 0;
        if (isMirrored)
            Mirror(face, sizes.FaceSide);
        for (var part = 0; part < SamSpec.Parts; part++)
        {
            // In the mirror the right eye is the left one; nose and mouth stay what they are.
            var source = isMirrored && part < 2 ? 1 - part : part;
            var target = _parts.AsSpan((part * Count + index) * sizes.PartBytes, sizes.PartBytes);
            parts.AsSpan(source * sizes.PartBytes, sizes.PartBytes).CopyTo(target);
            if (isMirrored)
                Mirror(target, sizes.PartSide);
        }
        if (isMirrored)
            SwapEyeAmplitudes(_amplitudes.AsSpan(index * SamSpec.AllAmplitudes, SamSpec.AllAmplitudes));
    }

    private static void Mirror(Span<byte> planes, int side)
    {
        for (var start = 0; start < planes.Length; start += side)
            planes.Slice(start, side).Reverse();
    }

    /// <summary>Amplitudes lie as face, right eye, left eye, nose, mouth; mirroring an image does not change them.</summary>
    private static void SwapEyeAmplitudes(Span<float> amplitudes)
    {
        var right = amplitudes.Slice(SamSpec.Amplitudes, SamSpec.Amplitudes);
        var left = amplitudes.Slice(2 * SamSpec.Amplitudes, SamSpec.Amplitudes);
        for (var i = 0; i < right.Length; i++)
            (right[i], left[i]) = (left[i], right[i]);
    }
}
