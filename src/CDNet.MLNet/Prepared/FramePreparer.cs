using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Prepared;

/// <summary>Makes the row of a picture: finds the most confident face, cuts it out and encodes the crops. Safe to use from several threads at once.</summary>
internal sealed class FramePreparer(FaceDetector detector, FacePartCropOptions options, CropEncoding encoding)
{
    /// <summary>The row of a picture file.</summary>
    public PreparedRow Picture(SourceUnit unit)
    {
        using var picture = PictureReader.Read(unit.File);
        return Frame(unit, 0, picture);
    }

    /// <summary>The row of a frame.</summary>
    public PreparedRow Frame(SourceUnit unit, int index, MLImage image)
    {
        var row = new PreparedRow
        {
            Path = unit.Path,
            Video = unit.Video,
            SourceVideo = unit.SourceVideo,
            Method = unit.Method,
            Split = unit.Split,
            Label = unit.IsFake,
            Frame = index,
        };
        var view = PixelView.Of(image);
        var faces = detector.Detect(view, options);
        row.FaceCount = faces.Count;
        if (faces.Count == 0)
            return row;

        var crops = FaceCrops.Cut(view, faces[0], options);
        row.FaceConfidence = faces[0].Confidence;
        row.FaceBox = [faces[0].Box.Left, faces[0].Box.Top, faces[0].Box.Width, faces[0].Box.Height];
        faces[0].Keypoints.CopyTo(row.FaceKeypoints);
        row.FaceEncoded = CropCodec.Encode(crops.Face, FacePartCropOptions.FaceSide, encoding);
        row.RightEyeEncoded = Part(crops.RightEye);
        row.LeftEyeEncoded = Part(crops.LeftEye);
        row.NoseEncoded = Part(crops.Nose);
        row.MouthEncoded = Part(crops.Mouth);
        return row;

        byte[] Part(byte[] planes) => CropCodec.Encode(planes, FacePartCropOptions.PartSide, encoding);
    }
}
