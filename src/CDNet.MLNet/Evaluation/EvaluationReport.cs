using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

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
    /// <summary>Evaluates verdicts on labelled pictures.</summary>
    /// <param name="results">A picture and the verdict on its most confident face.</param>
    /// <exception cref="InvalidOperationException">No picture of one class has a score.</exception>
    public static EvaluationReport Of(IReadOnlyCollection<(LabeledPicture Picture, FaceVerdict Verdict)> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var scored = results.Where(result => !float.IsNaN(result.Verdict.Score))
            .Select(result => new Row(result.Picture.Video, result.Picture.IsFake, result.Verdict)).ToList();
        var noFace = results.Count(result => result.Verdict.Verdict == Verdict.NoFace);
        var failed = results.Count(result => result.Verdict.Error is not null);
        var fakes = scored.Count(row => row.Label);
        if (fakes == 0 || fakes == scored.Count)
        {
            throw new InvalidOperationException(
                $"{fakes} fake and {scored.Count - fakes} real pictures have a score ({noFace} without a face, {failed} failed); both classes are needed to evaluate.");
        }
        var context = new MLContext();
        var metrics = context.BinaryClassification.Evaluate(context.Data.LoadFromEnumerable(scored));
        var videos = scored.GroupBy(row => (row.Video, row.Label))
            .Select(video => (Score: video.Average(row => row.Score), video.Key.Label)).ToList();
        float[] scores = [.. scored.Select(row => row.Score)];
        bool[] labels = [.. scored.Select(row => row.Label)];
        return new EvaluationReport(
            metrics.AreaUnderRocCurve,
            RankingMetrics.Auc([.. videos.Select(video => video.Score)], [.. videos.Select(video => video.Label)]),
            metrics.Accuracy,
            RankingMetrics.EqualErrorRate(scores, labels),
            RankingMetrics.AveragePrecision(scores, labels),
            results.Count, scored.Count, videos.Count, noFace, failed);
    }

    private sealed class Row(string video, bool isFake, FaceVerdict verdict)
    {
        [NoColumn]
        public string Video { get; } = video;

        public bool Label { get; set; } = isFake;

        public float Score { get; set; } = verdict.Score;

        public float Probability { get; set; } = verdict.Probability;

        public bool PredictedLabel { get; set; } = verdict.Verdict == Verdict.Fake;
    }
}
