using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace CDNet.MLNet.Faces;

/// <summary>Hands the picture on, so that it is decoded once a row and not once a consumer, and gives the ONNX stage behind it an input.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class PictureMapping : CustomMappingFactory<PictureMapping.Source, PictureMapping.Target>
{
    public const string Contract = "CDNet.MLNet.Faces.Picture/1";

    internal sealed class Source
    {
        [ColumnName(CropColumns.Picture)]
        public MLImage? Picture { get; set; }
    }

    internal sealed class Target
    {
        [ColumnName(CropColumns.DecodedPicture)]
        public MLImage? Picture { get; set; }

        [ColumnName(CropColumns.Row)]
        [VectorType(1)]
        public float[] Row { get; set; } = [0];
    }

    public override Action<Source, Target> GetMapping() => Map;

    public static void Map(Source source, Target target) => target.Picture = source.Picture;
}

/// <summary>Finds the faces of a picture and cuts the most confident one out.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class FacePartCropMapping : CustomMappingFactory<FacePartCropMapping.Source, FacePartCropMapping.Target>
{
    public const string Contract = "CDNet.MLNet.Faces.FacePartCrop/1";

    internal sealed class Source
    {
        [ColumnName(CropColumns.DecodedPicture)]
        public MLImage? Picture { get; set; }

        [ColumnName(CropColumns.DetectorId)]
        public VBuffer<byte> DetectorId { get; set; }

        [ColumnName(CropColumns.Detector)]
        public VBuffer<byte> Detector { get; set; }

        [ColumnName(CropColumns.Options)]
        public VBuffer<float> Options { get; set; }
    }

    internal sealed class Target
    {
        [ColumnName(CropColumns.Face)]
        [VectorType(3, FacePartCropOptions.FaceSide, FacePartCropOptions.FaceSide)]
        public VBuffer<byte> Face { get; set; }

        [ColumnName(CropColumns.RightEye)]
        [VectorType(3, FacePartCropOptions.PartSide, FacePartCropOptions.PartSide)]
        public VBuffer<byte> RightEye { get; set; }

        [ColumnName(CropColumns.LeftEye)]
        [VectorType(3, FacePartCropOptions.PartSide, FacePartCropOptions.PartSide)]
        public VBuffer<byte> LeftEye { get; set; }

        [ColumnName(CropColumns.Nose)]
        [VectorType(3, FacePartCropOptions.PartSide, FacePartCropOptions.PartSide)]
        public VBuffer<byte> Nose { get; set; }

        [ColumnName(CropColumns.Mouth)]
        [VectorType(3, FacePartCropOptions.PartSide, FacePartCropOptions.PartSide)]
        public VBuffer<byte> Mouth { get; set; }

        [ColumnName(CropColumns.Box)]
        [VectorType(4)]
        public float[] Box { get; set; } = new float[4];

        [ColumnName(CropColumns.Keypoints)]
        [VectorType(FaceKeypoints.Length)]
        public float[] Keypoints { get; set; } = new float[FaceKeypoints.Length];

        [ColumnName(CropColumns.Confidence)]
        public float Confidence { get; set; }

        [ColumnName(CropColumns.Count)]
        public int Count { get; set; }
    }

    public override Action<Source, Target> GetMapping() => Map;

    public static void Map(Source source, Target target)
    {
        var face = Editor(target.Face, FaceCrops.FaceBytes);
        var rightEye = Editor(target.RightEye, FaceCrops.PartBytes);
        var leftEye = Editor(target.LeftEye, FaceCrops.PartBytes);
        var nose = Editor(target.Nose, FaceCrops.PartBytes);
        var mouth = Editor(target.Mouth, FaceCrops.PartBytes);

        var options = FacePartCropOptions.FromNumbers(source.Options.GetValues());
        var faces = source.Picture is { } picture
            ? FaceDetectorCache.Get(source.DetectorId.GetValues(), source.Detector.GetValues()).Detect(PixelView.Of(picture), options)
            : [];
        if (faces.Count > 0)
        {
            FaceCrops.CutInto(
                PixelView.Of(source.Picture!), faces[0], options, face.Values, rightEye.Values, leftEye.Values, nose.Values, mouth.Values);
            (target.Box[0], target.Box[1], target.Box[2], target.Box[3]) = (faces[0].Box.Left, faces[0].Box.Top, faces[0].Box.Width, faces[0].Box.Height);
            faces[0].Keypoints.CopyTo(target.Keypoints);
        }
        else
        {
            face.Values.Clear();
            rightEye.Values.Clear();
            leftEye.Values.Clear();
            nose.Values.Clear();
            mouth.Values.Clear();
            Array.Clear(target.Box);
            Array.Clear(target.Keypoints);
        }
        target.Confidence = faces.Count > 0 ? faces[0].Confidence : 0;
        target.Count = faces.Count;
        (target.Face, target.RightEye, target.LeftEye) = (face.Commit(), rightEye.Commit(), leftEye.Commit());
        (target.Nose, target.Mouth) = (nose.Commit(), mouth.Commit());
    }

    // The buffers of the row before are written over: ML.NET copies them out before the next row.
    private static VBufferEditor<byte> Editor(VBuffer<byte> buffer, int length) => VBufferEditor.Create(ref buffer, length);
}
