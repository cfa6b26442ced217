using CDNet.MLNet.Pipeline;

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

    /// <summary>Further looks at the same face; none unless they were asked for.</summary>
    public IReadOnlyList<FaceCrops> Further { get; init; } = [];

    /// <summary>Cuts a detected face out of its picture (reference geometry: section 4.1 of the paper and its authors' code).</summary>
    public static FaceCrops Cut(PixelView picture, DetectedFace detection, FacePartCropOptions options)
    {
        var crops = new FaceCrops(
            detection, new byte[FaceBytes], new byte[PartBytes], new byte[PartBytes], new byte[PartBytes], new byte[PartBytes]);
        CutInto(picture, detection, options, crops.Face, crops.RightEye, crops.LeftEye, crops.Nose, crops.Mouth);
        return crops;
    }

    /// <summary>The crop of one of <see cref="FaceColumns.Crops"/>.</summary>
    public byte[] Of(string column) => column switch
    {
        FaceColumns.Face => Face,
        FaceColumns.RightEye => RightEye,
        FaceColumns.LeftEye => LeftEye,
        FaceColumns.Nose => Nose,
        FaceColumns.Mouth => Mouth,
        _ => throw new ArgumentException($"{column} is no crop.", nameof(column)),
    };

    /// <summary>Crops of waves, each of another length, colour and brightness: they tell whether two ways of scoring take the same crops for the same parts.</summary>
    /// <param name="isOther">Other waves: what one face happens not to tell, a second one does.</param>
    public static FaceCrops Probe(bool isOther = false)
    {
        return isOther
            ? new FaceCrops(default, Waves(FacePartCropOptions.FaceSide, 31, 110), Part(2, 200), Part(17, 70), Part(7, 140), Part(1, 90))
            : new FaceCrops(default, Waves(FacePartCropOptions.FaceSide, 3, 128), Part(5, 60), Part(9, 110), Part(14, 160), Part(20, 200));

        static byte[] Part(int waves, int brightness) => Waves(FacePartCropOptions.PartSide, waves, brightness);

        static byte[] Waves(int side, int waves, int brightness)
        {
            var bytes = new byte[3 * side * side];
            for (var i = 0; i < bytes.Length; i++)
            {
                var (channel, x, y) = (i / (side * side), i % side, i / side % side);
                bytes[i] = (byte)(brightness + 50 * Math.Sin(2 * Math.PI * waves * (x + 0.5 * y) / side + channel * waves));
            }
            return bytes;
        }
    }

    /// <summary>As <see cref="Cut"/>, into memory of the caller's.</summary>
    public static void CutInto(
        PixelView picture, DetectedFace detection, FacePartCropOptions options,
        Span<byte> face, Span<byte> rightEye, Span<byte> leftEye, Span<byte> nose, Span<byte> mouth)
    {
        var grown = CropGeometry.Grow(detection.Box, options, picture.Width, picture.Height);
        Resampler.ToPlanes(picture, CropGeometry.FaceSquare(grown), FacePartCropOptions.FaceSide, face);
        var parts = CropGeometry.PartSquares(detection.Keypoints, grown, options);
        CutPart(picture, parts[0], rightEye);
        CutPart(picture, parts[1], leftEye);
        CutPart(picture, parts[2], nose);
        CutPart(picture, parts[3], mouth);

        static void CutPart(PixelView pixels, FaceBox square, Span<byte> part) => Resampler.ToPlanes(pixels, square, FacePartCropOptions.PartSide, part);
    }
}
