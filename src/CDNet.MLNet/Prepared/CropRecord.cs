using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Prepared;

/// <summary>The numbers of <see cref="FacePartCropOptions"/>. Sets from before there was a second look have none.</summary>
internal sealed record CropRecord(
    float MinConfidence, float MergeOverlap, int TileSide, int MaxTiles, float GrowSides, float GrowAbove, float GrowBelow, float PartHalfSide, float SecondLook = 0)
{
    public static CropRecord Of(FacePartCropOptions options) => new(
        options.MinConfidence, options.MergeOverlap, options.TileSide, options.MaxTiles,
        options.GrowSides, options.GrowAbove, options.GrowBelow, options.PartHalfSide, options.SecondLook);

    public FacePartCropOptions ToOptions(FaceDetectorModel detector) => new()
    {
        Detector = detector,
        MinConfidence = MinConfidence,
        MergeOverlap = MergeOverlap,
        TileSide = TileSide,
        MaxTiles = MaxTiles,
        GrowSides = GrowSides,
        GrowAbove = GrowAbove,
        GrowBelow = GrowBelow,
        PartHalfSide = PartHalfSide,
        SecondLook = SecondLook,
    };
}
