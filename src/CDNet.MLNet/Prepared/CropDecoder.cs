using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

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
