using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Scoring;

/// <summary>A face as CropFaceParts hands it on: the row that enters a model behind its cropping stage.</summary>
internal sealed class CropRow
{
    [ColumnName(FaceColumns.Face)]
    [VectorType(3, FacePartCropOptions.FaceSide, FacePartCropOptions.FaceSide)]
    public byte[] Face { get; set; } = [];

    [ColumnName(FaceColumns.RightEye)]
    [VectorType(3, FacePartCropOptions.PartSide, FacePartCropOptions.PartSide)]
    public byte[] RightEye { get; set; } = [];

    [ColumnName(FaceColumns.LeftEye)]
    [VectorType(3, FacePartCropOptions.PartSide, FacePartCropOptions.PartSide)]
    public byte[] LeftEye { get; set; } = [];

    [ColumnName(FaceColumns.Nose)]
    [VectorType(3, FacePartCropOptions.PartSide, FacePartCropOptions.PartSide)]
    public byte[] Nose { get; set; } = [];

    [ColumnName(FaceColumns.Mouth)]
    [VectorType(3, FacePartCropOptions.PartSide, FacePartCropOptions.PartSide)]
    public byte[] Mouth { get; set; } = [];

    /// <summary>Tells the row again where it comes out.</summary>
    public long Number { get; set; }

    public static CropRow Of(FaceCrops crops, long number) => new()
    {
        Number = number,
        Face = crops.Face,
        RightEye = crops.RightEye,
        LeftEye = crops.LeftEye,
        Nose = crops.Nose,
        Mouth = crops.Mouth,
    };
}
