namespace CDNet.MLNet.Faces;

/// <summary>Mirrors crops: left and right are the person's own, so in the mirror the right eye is the left one; nose and mouth stay what they are.</summary>
internal static class CropMirror
{
    /// <summary>The face as it is in a mirror.</summary>
    public static FaceCrops Of(FaceCrops face)
        => new(face.Detection, Of(face.Face, FacePartCropOptions.FaceSide), Part(face.LeftEye), Part(face.RightEye), Part(face.Nose), Part(face.Mouth));

    /// <summary>Mirrors square planes in place.</summary>
    /// <param name="planes">Any number of planes of side x side bytes.</param>
    /// <param name="side">Their side in pixels.</param>
    public static void Apply(Span<byte> planes, int side)
    {
        for (var start = 0; start < planes.Length; start += side)
            planes.Slice(start, side).Reverse();
    }

    private static byte[] Part(byte[] planes) => Of(planes, FacePartCropOptions.PartSide);

    private static byte[] Of(byte[] planes, int side)
    {
        byte[] mirrored = [.. planes];
        Apply(mirrored, side);
        return mirrored;
    }
}
