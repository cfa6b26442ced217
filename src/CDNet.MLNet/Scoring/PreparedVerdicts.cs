using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Prepared;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Scoring;

/// <summary>Reads verdicts off the scored rows of a prepared set.</summary>
internal static class PreparedVerdicts
{
    private static readonly string[] Columns =
    [
        PreparedColumns.Path, PreparedColumns.Video, PreparedColumns.SourceVideo, PreparedColumns.Method, PreparedColumns.Split, FaceColumns.Label, PreparedColumns.Frame,
        FaceColumns.FaceBox, FaceColumns.FaceKeypoints, FaceColumns.FaceConfidence, FaceColumns.FaceCount, FaceColumns.Score, FaceColumns.Probability,
        FaceColumns.PredictedLabel,
    ];

    public static IEnumerable<(LabeledPicture Picture, FaceVerdict Verdict)> Read(IDataView scored, CancellationToken cancellation)
    {
        using var rows = new CancellableCursor(scored.GetRowCursor(Columns.Select(name => scored.Schema.Require(name, nameof(CDNetModel)))), cancellation);
        var cursor = rows.Row;
        var (path, video, source) = (Text(cursor, PreparedColumns.Path), Text(cursor, PreparedColumns.Video), Text(cursor, PreparedColumns.SourceVideo));
        var (method, split) = (Text(cursor, PreparedColumns.Method), Text(cursor, PreparedColumns.Split));
        var (label, frame, faces) = (Value<bool>(cursor, FaceColumns.Label), Value<int>(cursor, PreparedColumns.Frame), Value<int>(cursor, FaceColumns.FaceCount));
        var (box, keypoints) = (Value<VBuffer<float>>(cursor, FaceColumns.FaceBox), Value<VBuffer<float>>(cursor, FaceColumns.FaceKeypoints));
        var (confidence, score, probability) = (Value<float>(cursor, FaceColumns.FaceConfidence), Value<float>(cursor, FaceColumns.Score), Value<float>(cursor, FaceColumns.Probability));
        var isFake = Value<bool>(cursor, FaceColumns.PredictedLabel);
        while (rows.MoveNext())
        {
            var picture = new LabeledPicture(path(), label(), split(), source(), video(), method());
            if (faces() == 0)
            {
                yield return (picture, FaceVerdict.NoFace(picture.Path, frame()));
                continue;
            }
            float[] sides = [.. box().DenseValues()];
            var detection = new DetectedFace(new FaceBox(sides[0], sides[1], sides[2], sides[3]), FaceKeypoints.FromSpan([.. keypoints().DenseValues()]), confidence());
            yield return (picture, new CroppedFace(picture.Path, frame(), 0, detection).ToVerdict(score(), probability(), isFake()));
        }
    }

    private static Func<T> Value<T>(DataViewRowCursor cursor, string name)
    {
        var getter = cursor.GetGetter<T>(cursor.Schema[name]);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return value;
        };
    }

    private static Func<string> Text(DataViewRowCursor cursor, string name)
    {
        var value = Value<ReadOnlyMemory<char>>(cursor, name);
        // Rows of one video follow each other and share its names.
        var last = "";
        return () => value() is var text && text.Span.SequenceEqual(last) ? last : last = text.ToString();
    }
}
