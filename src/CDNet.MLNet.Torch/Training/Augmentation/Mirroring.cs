using CDNet.MLNet.Faces;
using CDNet.MLNet.Sam;

namespace CDNet.MLNet.Torch.Training.Augmentation;

/// <summary>Mirrors a row: in the mirror the right eye is the left one; nose and mouth stay what they are.</summary>
internal static class Mirroring
{
    public static void Apply(CropSizes sizes, Span<byte> face, Span<byte> parts, Span<float> amplitudes)
    {
        CropMirror.Apply(face, sizes.FaceSide);
        CropMirror.Apply(parts, sizes.PartSide);
        Swap(parts[..sizes.PartBytes], parts.Slice(sizes.PartBytes, sizes.PartBytes));
        // Amplitudes lie as face, right eye, left eye, nose, mouth; mirroring an image does not change them.
        Swap(amplitudes.Slice(SamSpec.Amplitudes, SamSpec.Amplitudes), amplitudes.Slice(2 * SamSpec.Amplitudes, SamSpec.Amplitudes));
    }

    private static void Swap<T>(Span<T> one, Span<T> other)
    {
        for (var i = 0; i < one.Length; i++)
            (one[i], other[i]) = (other[i], one[i]);
    }
}
