using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Prepared;

/// <summary>The columns of a prepared set, beside <c>Label</c>, <c>FaceBox</c>, <c>FaceKeypoints</c>, <c>FaceConfidence</c> and <c>FaceCount</c> of <see cref="FaceColumns"/>.</summary>
public static class PreparedColumns
{
    /// <summary>The file, text: its path below the root of the data.</summary>
    public const string Path = "Path";

    /// <summary>The video whose frame it is, text: video figures average over it. Its path below the root where the data does not name it.</summary>
    public const string Video = "Video";

    /// <summary>The original recording behind it, text: rows of one source stay on one side of a split.</summary>
    public const string SourceVideo = "SourceVideo";

    /// <summary>The way the fake was made, text; empty where it is not known and for reals.</summary>
    public const string Method = "Method";

    /// <summary>The part of the data, text, for example train, val or test; empty where the data is not split.</summary>
    public const string Split = "Split";

    /// <summary>The frame of the video from 0, int; 0 for a picture.</summary>
    public const string Frame = "Frame";

    /// <summary>The column that holds a crop as a PNG or JPEG file, a byte vector of any length, empty without a face; for example <c>FaceEncoded</c>.</summary>
    /// <param name="crop">One of <see cref="FaceColumns.Crops"/>.</param>
    public static string EncodedOf(string crop) => crop + "Encoded";

    /// <summary>The schema of every part file.</summary>
    internal static DataViewSchema Schema { get; } = BuildSchema();

    private static DataViewSchema BuildSchema()
    {
        var builder = new DataViewSchema.Builder();
        foreach (var name in new[] { Path, Video, SourceVideo, Method, Split })
            builder.AddColumn(name, TextDataViewType.Instance);
        builder.AddColumn(FaceColumns.Label, BooleanDataViewType.Instance);
        builder.AddColumn(Frame, NumberDataViewType.Int32);
        builder.AddColumn(FaceColumns.FaceBox, new VectorDataViewType(NumberDataViewType.Single, 4));
        builder.AddColumn(FaceColumns.FaceKeypoints, new VectorDataViewType(NumberDataViewType.Single, FaceKeypoints.Length));
        builder.AddColumn(FaceColumns.FaceConfidence, NumberDataViewType.Single);
        builder.AddColumn(FaceColumns.FaceCount, NumberDataViewType.Int32);
        foreach (var crop in FaceColumns.Crops)
            builder.AddColumn(EncodedOf(crop), new VectorDataViewType(NumberDataViewType.Byte));
        return builder.ToSchema();
    }
}
