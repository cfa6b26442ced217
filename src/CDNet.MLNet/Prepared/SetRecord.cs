using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Prepared;

/// <summary><c>prepared.json</c>: what all shards of a set have in common.</summary>
/// <param name="Format">Always <see cref="FormatName"/>.</param>
/// <param name="Version">Version of this layout.</param>
/// <param name="Shards">How many shards the set has.</param>
/// <param name="Data">SHA-256 of the list of the data.</param>
/// <param name="Encoding">How the crops are kept.</param>
/// <param name="Frames">Frames of each video; null for every one.</param>
/// <param name="PartRows">Rows after which a part ends.</param>
/// <param name="FaceSide">Side of the face crop in pixels.</param>
/// <param name="PartSide">Side of the part crops in pixels.</param>
/// <param name="Detector">Name of the detector; its graph lies beside this file.</param>
/// <param name="DetectorSha256">SHA-256 of the detector's graph.</param>
/// <param name="Crops">How faces were found and cut out.</param>
internal sealed record SetRecord(
    string Format, int Version, int Shards, string Data, CropEncoding Encoding, int? Frames, int PartRows, int FaceSide, int PartSide,
    string Detector, string DetectorSha256, CropRecord Crops)
{
    public const string FileName = "prepared.json";
    public const string DetectorFileName = "detector.onnx";
    public const string FormatName = "cdnet-prepared";
    public const int CurrentVersion = 1;

    public static SetRecord Of(PrepareOptions options, FaceDetectorModel detector, string dataFingerprint) => new(
        FormatName, CurrentVersion, options.Shard.Count, dataFingerprint, options.Encoding, options.Frames, options.PartRows,
        FacePartCropOptions.FaceSide, FacePartCropOptions.PartSide, detector.Name, detector.Sha256, CropRecord.Of(options.Crops));

    /// <summary>Names what differs from another set, or null where nothing does.</summary>
    public string? DifferenceFrom(SetRecord other)
    {
        if (this == other)
            return null;
        var differences = typeof(SetRecord).GetProperties()
            .Where(property => !Equals(property.GetValue(this), property.GetValue(other)))
            .Select(property => property.Name == nameof(Data) ? "the list of files, labels and splits" : $"{property.Name} ({property.GetValue(other)}, now {property.GetValue(this)})");
        return string.Join("; ", differences);
    }
}

/// <summary>The numbers of <see cref="FacePartCropOptions"/>.</summary>
internal sealed record CropRecord(
    float MinConfidence, float MergeOverlap, int TileSide, int MaxTiles, float GrowSides, float GrowAbove, float GrowBelow, float PartHalfSide)
{
    public static CropRecord Of(FacePartCropOptions options) => new(
        options.MinConfidence, options.MergeOverlap, options.TileSide, options.MaxTiles,
        options.GrowSides, options.GrowAbove, options.GrowBelow, options.PartHalfSide);

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
    };
}

/// <summary><c>shard-xxxxx-of-nnnnn.json</c>: what a shard is to consist of.</summary>
/// <param name="Shard">Its index.</param>
/// <param name="Shards">How many there are.</param>
/// <param name="Units">SHA-256 of its pictures and videos.</param>
/// <param name="Pictures">How many pictures it has.</param>
/// <param name="Videos">How many videos it has.</param>
/// <param name="Parts">How many part files it has.</param>
/// <param name="Problems">What is wrong with the list.</param>
internal sealed record ShardRecord(int Shard, int Shards, string Units, int Pictures, int Videos, int Parts, IReadOnlyList<PrepareProblem> Problems);

/// <summary><c>shard-xxxxx-of-nnnnn-part-yyyyy.json</c>, written behind the part file: the part is finished.</summary>
/// <param name="Rows">Rows of the file.</param>
/// <param name="WithoutFace">Rows without a face.</param>
/// <param name="RealFaces">Rows of reals with a face.</param>
/// <param name="FakeFaces">Rows of fakes with a face.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Sha256">SHA-256 of the file.</param>
/// <param name="Splits">Rows of each split.</param>
/// <param name="Problems">What is wrong with its pictures and videos.</param>
internal sealed record PartRecord(
    long Rows, long WithoutFace, long RealFaces, long FakeFaces, long Bytes, string Sha256,
    SortedDictionary<string, long> Splits, IReadOnlyList<PrepareProblem> Problems);
