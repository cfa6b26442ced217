using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;
using Microsoft.ML;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>Scores faces by the ML.NET pipeline itself, row by row: for models that are put together in another way than the library's own. It gives no distances.</summary>
internal sealed class PipelineFaceScorer(MLContext context, ITransformer behindCrops) : IFaceScorer
{
    public FaceScore[] Score(IReadOnlyList<FaceCrops> faces)
    {
        var scored = behindCrops.Transform(context.Data.LoadFromEnumerable(faces.Select((crops, i) => CropRow.Of(crops, i))));
        var (number, score) = (scored.Schema.Require(nameof(CropRow.Number), nameof(PipelineFaceScorer)), scored.Schema.Require(FaceColumns.Score, nameof(PipelineFaceScorer)));
        var scores = new FaceScore[faces.Count];
        using var cursor = scored.GetRowCursor([number, score]);
        var (getNumber, getScore) = (cursor.GetGetter<long>(number), cursor.GetGetter<float>(score));
        while (cursor.MoveNext())
        {
            var (row, value) = (0L, 0f);
            getNumber(ref row);
            getScore(ref value);
            scores[row] = new FaceScore(value, float.NaN);
        }
        return scores;
    }

    public void Dispose()
    {
        // The model owns the pipeline.
    }
}
