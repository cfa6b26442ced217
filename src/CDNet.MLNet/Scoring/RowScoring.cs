using System.Collections.Concurrent;
using CDNet.MLNet.Pipeline;
using Microsoft.ML;

namespace CDNet.MLNet.Scoring;

/// <summary>Scores faces row by row in the ML.NET pipeline of a saved model.</summary>
internal static class RowScoring
{
    /// <summary>A verdict for each face, in the order of the pictures; that of a picture without a face, or that failed, in its place.</summary>
    /// <param name="context">The context of the pipeline.</param>
    /// <param name="pipeline">The pipeline, loaded when the first verdict is asked for.</param>
    /// <param name="pictures">Pictures with their faces cut out, enumerated once.</param>
    /// <param name="cancellation">Ends the scoring.</param>
    public static IEnumerable<FaceVerdict> Score(MLContext context, Lazy<SavedPipeline> pipeline, IEnumerable<CroppedPicture> pictures, CancellationToken cancellation)
    {
        // ML.NET reads rows ahead on other threads, but gives them back in order: what waits here is in order too, and each face carries its number.
        var waiting = new ConcurrentQueue<(FaceVerdict? Verdict, CroppedFace? Face, long Number)>();
        var scored = pipeline.Value.BehindCrops.Transform(context.Data.LoadFromEnumerable(Rows()));
        DataViewSchema.Column Find(string name) => scored.Schema.Require(name, nameof(CDNetModel));
        var (number, score, probability, label) = (Find(nameof(CropRow.Number)), Find(FaceColumns.Score), Find(FaceColumns.Probability), Find(FaceColumns.PredictedLabel));
        using var rows = new CancellableCursor(scored.GetRowCursor([number, score, probability, label]), cancellation);
        var (getNumber, getLabel) = (rows.Row.GetGetter<long>(number), rows.Row.GetGetter<bool>(label));
        var (getScore, getProbability) = (rows.Row.GetGetter<float>(score), rows.Row.GetGetter<float>(probability));
        while (rows.MoveNext())
        {
            var (numberValue, scoreValue, probabilityValue, isFake) = (0L, 0f, 0f, false);
            getNumber(ref numberValue);
            getScore(ref scoreValue);
            getProbability(ref probabilityValue);
            getLabel(ref isFake);
            CroppedFace? face = null;
            while (face is null && waiting.TryDequeue(out var next))
            {
                if (next.Verdict is not null)
                    yield return next.Verdict;
                else if (next.Number == numberValue)
                    face = next.Face;
                else
                    throw new InvalidOperationException($"Row {numberValue} came out where row {next.Number} was expected.");
            }
            yield return face!.ToVerdict(scoreValue, probabilityValue, isFake);
        }
        while (waiting.TryDequeue(out var last))
            yield return last.Verdict!;

        IEnumerable<CropRow> Rows()
        {
            var count = 0L;
            foreach (var picture in pictures)
            {
                if (picture.WithoutFaces is { } verdict)
                    waiting.Enqueue((verdict, null, -1));
                foreach (var (face, crops) in picture.Faces)
                {
                    waiting.Enqueue((null, face, count));
                    yield return CropRow.Of(crops, count++);
                }
            }
        }
    }
}
