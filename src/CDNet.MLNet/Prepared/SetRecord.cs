using System.Text.Json.Serialization;
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
/// <param name="Decoder">What decoded the videos; null where there are none, and in sets that were made before it was recorded.</param>
internal sealed record SetRecord(
    string Format, int Version, int Shards, string Data, CropEncoding Encoding, int? Frames, int PartRows, int FaceSide, int PartSide,
    string Detector, string DetectorSha256, CropRecord Crops, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Decoder = null)
{
    public const string FileName = "prepared.json";
    public const string DetectorFileName = "detector.onnx";
    public const string FormatName = "cdnet-prepared";
    public const int CurrentVersion = 1;

    public static SetRecord Of(PrepareOptions options, FaceDetectorModel detector, PreparePlan plan) => new(
        FormatName, CurrentVersion, options.Shard.Count, plan.DataFingerprint, options.Encoding, options.Frames, options.PartRows,
        FacePartCropOptions.FaceSide, FacePartCropOptions.PartSide, detector.Name, detector.Sha256, CropRecord.Of(options.Crops),
        plan.HasVideos && options.Videos is { Decoder.Length: > 0 } videos ? videos.Decoder : null);

    /// <summary>Names what differs from another set, or null where nothing does.</summary>
    public string? DifferenceFrom(SetRecord other)
    {
        if (this == other)
            return null;
        var differences = typeof(SetRecord).GetProperties()
            // A set that does not tell its decoder may go on with any.
            .Where(property => property.Name != nameof(Decoder) || (Decoder is not null && other.Decoder is not null))
            .Where(property => !Equals(property.GetValue(this), property.GetValue(other)))
            .Select(property => property.Name == nameof(Data) ? "the list of files, labels and splits" : $"{property.Name} ({property.GetValue(other)}, now {property.GetValue(this)})");
        return string.Join("; ", differences) is { Length: > 0 } difference ? difference : null;
    }
}
