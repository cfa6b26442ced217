namespace CDNet.MLNet.Metrics;

/// <summary>Metrics of how well scores rank fakes above reals. They need no threshold.</summary>
public static class RankingMetrics
{
    /// <summary>Area under the ROC curve: the chance that a fake scores above a real, ties counting half.</summary>
    /// <param name="scores">Scores, none of them NaN; higher is more fake.</param>
    /// <param name="labels">True for fake, one for each score.</param>
    /// <returns>0 to 1, or NaN where a class has no row.</returns>
    /// <exception cref="ArgumentException">The lengths differ or a score is NaN.</exception>
    public static double Auc(IReadOnlyList<float> scores, IReadOnlyList<bool> labels)
    {
        var (points, fakes, reals) = Curve(scores, labels);
        if (fakes == 0 || reals == 0)
            return double.NaN;
        var area = 0.0;
        var (lastTrue, lastFalse) = (0L, 0L);
        foreach (var (truePositives, falsePositives, _) in points)
        {
            area += (falsePositives - lastFalse) * (truePositives + lastTrue) / 2.0;
            (lastTrue, lastFalse) = (truePositives, falsePositives);
        }
        return area / ((double)fakes * reals);
    }

    /// <summary>Equal error rate: where the share of reals called fake equals the share of fakes called real, between two thresholds by interpolation.</summary>
    /// <inheritdoc cref="Auc" path="/param|/returns|/exception"/>
    public static double EqualErrorRate(IReadOnlyList<float> scores, IReadOnlyList<bool> labels)
    {
        var (points, fakes, reals) = Curve(scores, labels);
        if (fakes == 0 || reals == 0)
            return double.NaN;
        var (lastFalseAlarm, lastMiss) = (0.0, 1.0);
        foreach (var (truePositives, falsePositives, _) in points)
        {
            var (falseAlarm, miss) = (falsePositives / (double)reals, 1 - truePositives / (double)fakes);
            if (falseAlarm >= miss)
            {
                var (before, after) = (lastMiss - lastFalseAlarm, falseAlarm - miss);
                return before + after == 0 ? falseAlarm : lastFalseAlarm + (falseAlarm - lastFalseAlarm) * before / (before + after);
            }
            (lastFalseAlarm, lastMiss) = (falseAlarm, miss);
        }
        return lastFalseAlarm;
    }

    /// <summary>Average precision: the precision at each fake's rank, averaged over the fakes; rows of one score share their precision.</summary>
    /// <inheritdoc cref="Auc" path="/param|/returns|/exception"/>
    public static double AveragePrecision(IReadOnlyList<float> scores, IReadOnlyList<bool> labels)
    {
        var (points, fakes, _) = Curve(scores, labels);
        if (fakes == 0)
            return double.NaN;
        var (sum, lastTrue) = (0.0, 0L);
        foreach (var (truePositives, falsePositives, _) in points)
        {
            sum += (truePositives - lastTrue) * (truePositives / (double)(truePositives + falsePositives));
            lastTrue = truePositives;
        }
        return sum / fakes;
    }

    /// <summary>The score above which to call a face fake so that the mean of both classes' accuracies is highest; half way between two scores.</summary>
    /// <inheritdoc cref="Auc" path="/param|/exception"/>
    /// <returns>The threshold: of several, the highest. NaN where a class has no row.</returns>
    public static float BestThreshold(IReadOnlyList<float> scores, IReadOnlyList<bool> labels)
    {
        var (points, fakes, reals) = Curve(scores, labels);
        if (fakes == 0 || reals == 0)
            return float.NaN;
        // In whole numbers, so that equal gains are equal.
        var (best, threshold) = (0L, points[0].Threshold);
        for (var i = 0; i < points.Count; i++)
        {
            var gain = points[i].TruePositives * reals - points[i].FalsePositives * fakes;
            if (gain <= best)
                continue;
            var next = i + 1 < points.Count ? points[i + 1].Threshold : points[i].Threshold;
            (best, threshold) = (gain, (float)(((double)points[i].Threshold + next) / 2));
        }
        return threshold;
    }

    /// <summary>The lowest threshold at which no more than a share of the reals scores above; half way between two scores.</summary>
    /// <param name="scores">Scores, none of them NaN; higher is more fake.</param>
    /// <param name="labels">True for fake, one for each score.</param>
    /// <param name="share">The share of reals that may be called fake, 0 to 1.</param>
    /// <returns>The threshold. NaN where a class has no row.</returns>
    /// <exception cref="ArgumentException">The lengths differ or a score is NaN.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The share is not 0 to 1.</exception>
    public static float ThresholdForFalseAlarms(IReadOnlyList<float> scores, IReadOnlyList<bool> labels, double share)
    {
        if (!(share is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, $"The share of false alarms is {share}; expected 0 to 1.");
        var (points, fakes, reals) = Curve(scores, labels);
        if (fakes == 0 || reals == 0)
            return float.NaN;
        // A whole number of reals, however the share was rounded.
        var most = share * reals + 1e-6;
        // Nothing scores above the highest score.
        var threshold = points[0].Threshold;
        for (var i = 0; i < points.Count && points[i].FalsePositives <= most; i++)
            threshold = i + 1 < points.Count ? (float)(((double)points[i].Threshold + points[i + 1].Threshold) / 2) : MathF.BitDecrement(points[i].Threshold);
        return threshold;
    }

    /// <summary>Shares of both classes that are called fake at a threshold: false alarms among the reals, hits among the fakes.</summary>
    /// <param name="scores">Scores.</param>
    /// <param name="labels">True for fake, one for each score.</param>
    /// <param name="threshold">Scores above it are called fake.</param>
    /// <returns>Each 0 to 1, or NaN where the class has no row.</returns>
    public static (double FalseAlarms, double Hits) CalledFake(IReadOnlyList<float> scores, IReadOnlyList<bool> labels, float threshold)
    {
        var called = scores.Zip(labels, (score, label) => (IsFake: label, Share: score > threshold ? 1.0 : 0)).ToLookup(row => row.IsFake, row => row.Share);
        return (called[false].DefaultIfEmpty(double.NaN).Average(), called[true].DefaultIfEmpty(double.NaN).Average());
    }

    /// <summary>The ROC curve.</summary>
    /// <inheritdoc cref="Auc" path="/param|/exception"/>
    /// <returns>At each distinct score, from the highest: share of reals and of fakes that score at least as high. Empty where a class has no row.</returns>
    public static IReadOnlyList<(double FalseAlarms, double Hits)> RocCurve(IReadOnlyList<float> scores, IReadOnlyList<bool> labels)
    {
        var (points, fakes, reals) = Curve(scores, labels);
        return fakes == 0 || reals == 0 ? [] : [(0, 0), .. points.Select(point => (point.FalsePositives / (double)reals, point.TruePositives / (double)fakes))];
    }

    /// <summary>Counts at each distinct threshold, from the highest score to the lowest.</summary>
    private static (List<(long TruePositives, long FalsePositives, float Threshold)> Points, long Fakes, long Reals) Curve(
        IReadOnlyList<float> scores, IReadOnlyList<bool> labels)
    {
        if (scores.Count != labels.Count)
            throw new ArgumentException($"{scores.Count} scores for {labels.Count} labels.", nameof(labels));
        if (scores.Any(float.IsNaN))
            throw new ArgumentException("A score is NaN; leave out the rows without a face.", nameof(scores));
        var points = new List<(long, long, float)>();
        var (fakes, reals) = (0L, 0L);
        foreach (var sameScore in Enumerable.Range(0, scores.Count).GroupBy(i => scores[i]).OrderByDescending(group => group.Key))
        {
            foreach (var i in sameScore)
            {
                if (labels[i])
                    fakes++;
                else
                    reals++;
            }
            points.Add((fakes, reals, sameScore.Key));
        }
        return (points, fakes, reals);
    }
}
