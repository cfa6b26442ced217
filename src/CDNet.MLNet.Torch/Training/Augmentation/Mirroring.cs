using CDNet.MLNet.Sam;

namespace CDNet.MLNet.Torch.Training.Augmentation;

/// <summary>Mirrors a row: in the mirror the right eye is the left one; nose and mouth stay what they are.</summary>
internal static class Mirroring
{
    public static void Apply(CropSizes sizes, Span<byte> face, Span<byte> parts, Span<float> amplitudes)
    {
        Mirror(face, sizes.FaceSide);
        Mirror(parts, sizes.PartSide);
        Swap(parts[..sizes.PartBytes], parts.Slice(sizes.PartBytes, sizes.PartBytes));
        // Amplitudes lie as face, right eye, left eye, nose, mouth; mirroring an image does not change them.
        Swap(amplitudes.Slice(SamSpec.Amplitudes, SamSpec.Amplitudes), amplitudes.Slice(2 * SamSpec.Amplitudes, SamSpec.Amplitudes));
    }

    private static void Mirror(Span<byte> planes, int side)
    {
        for (var start = 0; start < planes.Length; start += side)
            planes.Slice(start, side).Reverse();
    }

    private static void Swap<T>(Span<T> one, Span<T> other)
    {
        for (var i = 0; i < one.Length; i++)
            (one[i], other[i]) = (other[i], one[i]);
    }
}
