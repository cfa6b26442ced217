using CDNet.MLNet.Faces;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace CDNet.MLNet.Prepared;

/// <summary>Decodes the five crops of a row.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class CropDecodeMapping : CustomMappingFactory<CropDecodeMapping.Source, CropDecodeMapping.Target>
{
    public const string Contract = "CDNet.MLNet.Prepared.CropDecode/1";

    private const string Prefix = "__cdnet.decode.";
    public const string FaceFile = Prefix + "faceFile";
    public const string RightEyeFile = Prefix + "rightEyeFile";
    public const string LeftEyeFile = Prefix + "leftEyeFile";
    public const string NoseFile = Prefix + "noseFile";
    public const string MouthFile = Prefix + "mouthFile";
    public const string Face = Prefix + "face";
    public const string RightEye = Prefix + "rightEye";
    public const string LeftEye = Prefix + "leftEye";
    public const string Nose = Prefix + "nose";
    public const string Mouth = Prefix + "mouth";

    internal sealed class Source
    {
        [ColumnName(FaceFile)]
        public VBuffer<byte> Face { get; set; }

        [ColumnName(RightEyeFile)]
        public VBuffer<byte> RightEye { get; set; }

        [ColumnName(LeftEyeFile)]
        public VBuffer<byte> LeftEye { get; set; }

        [ColumnName(NoseFile)]
        public VBuffer<byte> Nose { get; set; }

        [ColumnName(MouthFile)]
        public VBuffer<byte> Mouth { get; set; }
    }

    internal sealed class Target
    {
        [ColumnName(CropDecodeMapping.Face)]
        [VectorType(3, FacePartCropOptions.FaceSide, FacePartCropOptions.FaceSide)]
        public VBuffer<byte> Face { get; set; }

        [ColumnName(CropDecodeMapping.RightEye)]
        [VectorType(3, FacePartCropOptions.PartSide, FacePartCropOptions.PartSide)]
        public VBuffer<byte> RightEye { get; set; }

        [ColumnName(CropDecodeMapping.LeftEye)]
        [VectorType(3, FacePartCropOptions.PartSide, FacePartCropOptions.PartSide)]
        public VBuffer<byte> LeftEye { get; set; }

        [ColumnName(CropDecodeMapping.Nose)]
        [VectorType(3, FacePartCropOptions.PartSide, FacePartCropOptions.PartSide)]
        public VBuffer<byte> Nose { get; set; }

        [ColumnName(CropDecodeMapping.Mouth)]
        [VectorType(3, FacePartCropOptions.PartSide, FacePartCropOptions.PartSide)]
        public VBuffer<byte> Mouth { get; set; }
    }

    public override Action<Source, Target> GetMapping() => Map;

    public static void Map(Source source, Target target)
    {
        target.Face = Decode(source.Face, FacePartCropOptions.FaceSide, target.Face);
        target.RightEye = Decode(source.RightEye, FacePartCropOptions.PartSide, target.RightEye);
        target.LeftEye = Decode(source.LeftEye, FacePartCropOptions.PartSide, target.LeftEye);
        target.Nose = Decode(source.Nose, FacePartCropOptions.PartSide, target.Nose);
        target.Mouth = Decode(source.Mouth, FacePartCropOptions.PartSide, target.Mouth);
    }

    // The buffer of the row before is written over: ML.NET copies it out before the next row.
    private static VBuffer<byte> Decode(VBuffer<byte> file, int side, VBuffer<byte> planes)
    {
        var editor = VBufferEditor.Create(ref planes, 3 * side * side);
        CropCodec.Decode(file.IsDense ? file.GetValues() : file.DenseValues().ToArray(), side, editor.Values);
        return editor.Commit();
    }
}
