namespace CDNet.MLNet.Faces;

/// <summary>Names of the columns that exist only inside the cropping chain.</summary>
internal static class CropColumns
{
    private const string Prefix = "__cdnet.crop.";
    public const string Picture = Prefix + "picture";
    public const string DecodedPicture = Prefix + "decodedPicture";
    public const string Row = Prefix + "row";
    public const string DetectorId = Prefix + "detectorId";
    public const string Detector = Prefix + "detector";
    public const string Options = Prefix + "options";
    public const string Face = Prefix + "face";
    public const string RightEye = Prefix + "rightEye";
    public const string LeftEye = Prefix + "leftEye";
    public const string Nose = Prefix + "nose";
    public const string Mouth = Prefix + "mouth";
    public const string Box = Prefix + "box";
    public const string Keypoints = Prefix + "keypoints";
    public const string Confidence = Prefix + "confidence";
    public const string Count = Prefix + "count";
}
