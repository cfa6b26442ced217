using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Faces;

/// <summary>How faces are found and cut out. The defaults are the geometry of the paper's authors.</summary>
public sealed record FacePartCropOptions
{
    /// <summary>Side of the face crop in pixels: 299, the input of the paper's face network (section 4.1).</summary>
    public const int FaceSide = 299;

    /// <summary>Side of the four part crops in pixels: 64, the input of the paper's part network (section 4.1).</summary>
    public const int PartSide = 64;

    internal const float LeastSecondLook = 1;
    internal const float MostSecondLook = 8;
    internal const int LeastTileSide = 64;

    /// <summary>The face detector. Default: <see cref="FaceDetectorModel.Default"/>.</summary>
    public FaceDetectorModel? Detector { get; init; }

    /// <summary>Detections below this confidence are no faces, 0 to 1. Default: 0.75.</summary>
    public float MinConfidence { get; init; } = 0.75f;

    /// <summary>Detections that share more than this part of their area are merged into one face, 0 to 1. Default: 0.3.</summary>
    public float MergeOverlap { get; init; } = 0.3f;

    /// <summary>Side in pixels of the smallest windows that a large picture is searched in, at least 64. Default: 720.</summary>
    public int TileSide { get; init; } = 720;

    /// <summary>Most windows a picture is searched in, 1 to 10,000; the finest windows are left out first. Default: 128.</summary>
    public int MaxTiles { get; init; } = 128;

    /// <summary>
    /// Side of the window in which each face that was found is looked at once more and measured, in sides of its box: 1 to 8, or 0 to keep what the first look found. MediaPipe's detectors measure best from
    /// 2.8 on. The library's own has a network for key points (<see cref="FaceDetectorModel.HasKeypointNetwork"/>), which moves these alone and takes a window of its own size: any number asks for it. Default: 0.
    /// </summary>
    public float SecondLook { get; init; }

    /// <summary>The box grows to the left and to the right by this share of its height, 0 to 2. Default: 0.2.</summary>
    public float GrowSides { get; init; } = 0.2f;

    /// <summary>The box grows above by this share of its height, 0 to 2: the detector leaves the forehead out. Default: 0.4.</summary>
    public float GrowAbove { get; init; } = 0.4f;

    /// <summary>The box grows below by this share of its height, 0 to 2. Default: 0.2.</summary>
    public float GrowBelow { get; init; } = 0.2f;

    /// <summary>Half the side of a part crop as a share of the grown box's shorter side, 0.01 to 1. Default: 1/6, a third of the box in all.</summary>
    public float PartHalfSide { get; init; } = 1f / 6;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        Check.Range(MinConfidence, 0, 1, nameof(MinConfidence));
        Check.Range(MergeOverlap, 0, 1, nameof(MergeOverlap));
        Check.Range(TileSide, LeastTileSide, int.MaxValue, nameof(TileSide));
        Check.Range(MaxTiles, 1, 10_000, nameof(MaxTiles));
        if (SecondLook != 0)
            Check.Range(SecondLook, LeastSecondLook, MostSecondLook, nameof(SecondLook));
        Check.Range(GrowSides, 0, 2, nameof(GrowSides));
        Check.Range(GrowAbove, 0, 2, nameof(GrowAbove));
        Check.Range(GrowBelow, 0, 2, nameof(GrowBelow));
        Check.Range(PartHalfSide, 0.01, 1, nameof(PartHalfSide));
    }

    /// <summary>The numbers a saved model carries, in the order that <see cref="FromNumbers"/> reads.</summary>
    internal float[] ToNumbers()
        => [MinConfidence, MergeOverlap, TileSide, MaxTiles, GrowSides, GrowAbove, GrowBelow, PartHalfSide, SecondLook];

    internal static FacePartCropOptions FromNumbers(ReadOnlySpan<float> numbers)
    {
        var options = new FacePartCropOptions
        {
            MinConfidence = numbers[0],
            MergeOverlap = numbers[1],
            TileSide = (int)numbers[2],
            MaxTiles = (int)numbers[3],
            GrowSides = numbers[4],
            GrowAbove = numbers[5],
            GrowBelow = numbers[6],
            PartHalfSide = numbers[7],
            // Models from before there was a second look.
            SecondLook = numbers.Length > 8 ? numbers[8] : 0,
        };
        options.Validate();
        return options;
    }
}
