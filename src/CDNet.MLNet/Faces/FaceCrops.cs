namespace CDNet.MLNet.Faces;

/// <summary>One face of a picture and its four parts, cut out and scaled to the networks' input sizes.</summary>
/// <param name="Detection">What the detector said.</param>
/// <param name="Face">[3,299,299] bytes, 0 to 255: red, green and blue planes.</param>
/// <param name="RightEye">[3,64,64] bytes; the person's own right.</param>
/// <param name="LeftEye">[3,64,64] bytes; the person's own left.</param>
/// <param name="Nose">[3,64,64] bytes.</param>
/// <param name="Mouth">[3,64,64] bytes.</param>
internal sealed record FaceCrops(DetectedFace Detection, byte[] Face, byte[] RightEye, byte[] LeftEye, byte[] Nose, byte[] Mouth)
{
    public const int FaceBytes = 3 * FacePartCropOptions.FaceSide * FacePartCropOptions.FaceSide;

    public const int PartBytes = 3 * FacePartCropOptions.PartSide * FacePartCropOptions.PartSide;

    /// <summary>Cuts a detected face out of its picture (reference geometry: section 4.1 of the paper and its authors' code).</summary>
    public static FaceCrops Cut(PixelView picture, DetectedFace detection, FacePartCropOptions options)
    {
        var crops = new FaceCrops(
            detection, new byte[FaceBytes], new byte[PartBytes], new byte[PartBytes], new byte[PartBytes], new byte[PartBytes]);
        CutInto(picture, detection, options, crops.Face, crops.RightEye, crops.LeftEye, crops.Nose, crops.Mouth);
        return crops;
    }

    /// <summary>As <see cref="Cut"/>, into memory of the caller's.</summary>
    public static void CutInto(
        PixelView picture, DetectedFace detection, FacePartCropOptions options,
        Span<byte> face, Span<byte> rightEye, Span<byte> leftEye, Span<byte> nose, Span<byte> mouth)
    {
        var grown = CropGeometry.Grow(detection.Box, options, picture.Width, picture.Height);
        Resampler.ToPlanes(picture, CropGeometry.FaceSquare(grown), FacePartCropOptions.FaceSide, face);
        CutPart(picture, detection.Keypoints.RightEye, rightEye);
        CutPart(picture, detection.Keypoints.LeftEye, leftEye);
        CutPart(picture, detection.Keypoints.Nose, nose);
        CutPart(picture, detection.Keypoints.Mouth, mouth);

        void CutPart(PixelView pixels, FacePoint keypoint, Span<byte> part)
            => Resampler.ToPlanes(pixels, CropGeometry.PartSquare(keypoint, grown, options), FacePartCropOptions.PartSide, part);
    }
}
