using CDNet.MLNet.Data;
using CDNet.MLNet.Metrics;
using CDNet.MLNet.Scoring;
using Microsoft.ML;

namespace CDNet.MLNet.Evaluation;

/// <summary>How well a model tells fakes from reals on pictures whose truth is known.</summary>
/// <param name="FrameAuc">Area under the ROC curve over pictures, by ML.NET's evaluator. The paper's figure.</param>
/// <param name="VideoAuc">The same over videos: a video's score is the mean of its pictures' scores.</param>
/// <param name="Accuracy">Share of the scored pictures whose verdict is right.</param>
/// <param name="Eer">Equal error rate over pictures.</param>
/// <param name="AveragePrecision">Average precision over pictures.</param>
/// <param name="Rows">Pictures in all.</param>
/// <param name="Scored">Pictures with a score.</param>
/// <param name="Videos">Videos with a score.</param>
/// <param name="NoFace">Pictures without a face, which no figure counts.</param>
/// <param name="Failed">Pictures that could not be read, which no figure counts.</param>
public sealed record EvaluationReport(
    double FrameAuc, double VideoAuc, double Accuracy, double Eer, double AveragePrecision,
    long Rows, long Scored, long Videos, long NoFace, long Failed)
{
    /// <summary>Scored pictures whose face is unlike those that the model was calibrated on (<see cref="FaceVerdict.IsUnfamiliar"/>); null where the model does not tell. All figures count them.</summary>
    public long? Unfamiliar { get; init; }

    /// <summary>Evaluates verdicts on labelled pictures.</summary>
    /// <param name="results">A picture and the verdict on its most confident face; read once, and only scores are kept.</param>
    /// <param name="threshold">Score above which a face counts as fake in <see cref="Accuracy"/>; the model's own verdict where null.</param>
    /// <exception cref="InvalidOperationException">No picture of one class has a score.</exception>
    public static EvaluationReport Of(IEnumerable<(LabeledPicture Picture, FaceVerdict Verdict)> results, float? threshold = null)
    {
        ArgumentNullException.ThrowIfNull(results);
        var (scored, groups) = (new List<ScoredPicture>(), new Dictionary<(string Video, bool IsFake), int>());
        var (rows, noFace, failed, unfamiliar) = (0L, 0L, 0L, default(long?));
        foreach (var (picture, verdict) in results)
        {
            rows++;
            noFace += verdict.Verdict == Verdict.NoFace ? 1 : 0;
            failed += verdict.Error is not null ? 1 : 0;
            if (float.IsNaN(verdict.Score))
                continue;
            if (!float.IsNaN(verdict.Familiarity))
                unfamiliar = (unfamiliar ?? 0) + (verdict.IsUnfamiliar ? 1 : 0);
            var key = (picture.Video, picture.IsFake);
            if (!groups.TryGetValue(key, out var group))
                groups.Add(key, group = groups.Count);
            scored.Add(new ScoredPicture(verdict.Score, verdict.Probability, group, picture.IsFake, threshold is { } limit ? verdict.Score > limit : verdict.Verdict == Verdict.Fake));
        }
        var fakes = scored.Count(row => row.IsFake);
        if (fakes == 0 || fakes == scored.Count)
        {
            throw new InvalidOperationException(
                $"{fakes} fake and {scored.Count - fakes} real pictures have a score ({noFace} without a face, {failed} failed); both classes are needed to evaluate.");
        }
        var context = new MLContext();
        var metrics = context.BinaryClassification.Evaluate(context.Data.LoadFromEnumerable(scored.Select(row => new Row(row))));
        var videos = scored.GroupBy(row => row.Group).Select(video => (Score: video.Average(row => row.Score), video.First().IsFake)).ToList();
        float[] scores = [.. scored.Select(row => row.Score)];
        bool[] labels = [.. scored.Select(row => row.IsFake)];
        return new EvaluationReport(
            metrics.AreaUnderRocCurve,
            RankingMetrics.Auc([.. videos.Select(video => video.Score)], [.. videos.Select(video => video.IsFake)]),
            metrics.Accuracy,
            RankingMetrics.EqualErrorRate(scores, labels),
            RankingMetrics.AveragePrecision(scores, labels),
            rows, scored.Count, videos.Count, noFace, failed) { Unfamiliar = unfamiliar };
    }

    /// <summary>All that is kept of a picture: 16 bytes.</summary>
    private readonly record struct ScoredPicture(float Score, float Probability, int Group, bool IsFake, bool IsCalledFake);

    private sealed class Row(ScoredPicture picture)
    {
        public bool Label { get; set; } = picture.IsFake;

        public float Score { get; set; } = picture.Score;

        public float Probability { get; set; } = picture.Probability;

        public bool PredictedLabel { get; set; } = picture.IsCalledFake;
    }
}
