using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace CDNet.MLNet.Prepared;

/// <summary>Turns the encoded crops of a prepared set into the crop columns of CropFaceParts, for the components behind it.</summary>
/// <remarks>
/// Estimator characteristics: needs no data to fit; input <c>FaceEncoded</c>, <c>RightEyeEncoded</c>, <c>LeftEyeEncoded</c>, <c>NoseEncoded</c>, <c>MouthEncoded</c>
/// (PNG or JPEG files as byte vectors); output <c>Face</c> byte[3,299,299] and <c>RightEye</c>, <c>LeftEye</c>, <c>Nose</c>, <c>Mouth</c> byte[3,64,64], zero
/// where a vector is empty.
/// </remarks>
public sealed class CropDecoder : IEstimator<ITransformer>
{
    private static readonly (string Crop, string Encoded, string Decoded)[] Names =
    [
        (FaceColumns.Face, CropDecodeMapping.FaceFile, CropDecodeMapping.Face),
        (FaceColumns.RightEye, CropDecodeMapping.RightEyeFile, CropDecodeMapping.RightEye),
        (FaceColumns.LeftEye, CropDecodeMapping.LeftEyeFile, CropDecodeMapping.LeftEye),
        (FaceColumns.Nose, CropDecodeMapping.NoseFile, CropDecodeMapping.Nose),
        (FaceColumns.Mouth, CropDecodeMapping.MouthFile, CropDecodeMapping.Mouth),
    ];

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The data has no such columns.</exception>
    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        foreach (var column in Names.Select(name => input.Schema.Require(PreparedColumns.EncodedOf(name.Crop), nameof(CropDecoder))))
        {
            if (column.Type is not VectorDataViewType { ItemType: NumberDataViewType item } || item != NumberDataViewType.Byte)
                throw new ArgumentException($"The column {column.Name} is {column.Type}; DecodeCrops needs vectors of bytes.", nameof(input));
        }
        return new StageChain(input)
            .Copy(Names.Select(name => (name.Encoded, PreparedColumns.EncodedOf(name.Crop))))
            .Map<CropDecodeMapping.Source, CropDecodeMapping.Target>(CropDecodeMapping.Map, CropDecodeMapping.Contract)
            .Copy(Names.Select(name => (name.Crop, name.Decoded)))
            .Drop([.. Names.Select(name => name.Encoded), .. Names.Select(name => name.Decoded)])
            .Build();
    }

    /// <inheritdoc />
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (var (crop, _, _) in Names)
            inputSchema.Require(PreparedColumns.EncodedOf(crop), nameof(CropDecoder));
        return inputSchema.With([.. FaceColumns.Crops.Select(FacePartCropper.CropShape)]);
    }
}

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
