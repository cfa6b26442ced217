namespace CDNet.MLNet.Metrics;

/// <summary>Pictures whose probability lies in one range, and how many of them are fake.</summary>
/// <param name="Count">Pictures.</param>
/// <param name="MeanProbability">Mean of their probabilities.</param>
/// <param name="FakeShare">Share of them that is fake.</param>
public readonly record struct ReliabilityBin(int Count, double MeanProbability, double FakeShare);

/// <summary>How far probabilities can be taken at their word.</summary>
public static class Reliability
{
    /// <summary>Sorts probabilities into ranges of equal width.</summary>
    /// <param name="probabilities">Probabilities of fake, 0 to 1.</param>
    /// <param name="labels">True for fake, one for each probability.</param>
    /// <param name="ranges">How many ranges, at least 1. Default: 10.</param>
    /// <returns>The ranges that hold a picture, from 0 to 1.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a probability is not 0 to 1.</exception>
    public static IReadOnlyList<ReliabilityBin> Bins(IReadOnlyList<float> probabilities, IReadOnlyList<bool> labels, int ranges = 10)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(ranges, 1);
        if (probabilities.Count != labels.Count)
            throw new ArgumentException($"{probabilities.Count} probabilities for {labels.Count} labels.", nameof(labels));
        if (probabilities.Any(probability => !(probability is >= 0 and <= 1)))
            throw new ArgumentException("A probability is not 0 to 1; leave out the rows without a face.", nameof(probabilities));
        return
        [
            .. Enumerable.Range(0, labels.Count)
                .GroupBy(i => Math.Min((int)(probabilities[i] * ranges), ranges - 1))
                .OrderBy(range => range.Key)
                .Select(range => new ReliabilityBin(range.Count(), range.Average(i => (double)probabilities[i]), range.Average(i => labels[i] ? 1.0 : 0))),
        ];
    }

    /// <summary>Expected calibration error: the distance of the share of fakes from the mean probability, averaged over all pictures.</summary>
    /// <inheritdoc cref="Bins" path="/param|/exception"/>
    /// <returns>0 (at their word) to 1; NaN without a picture.</returns>
    public static double ExpectedCalibrationError(IReadOnlyList<float> probabilities, IReadOnlyList<bool> labels, int ranges = 10)
    {
        var bins = Bins(probabilities, labels, ranges);
        return bins.Count == 0 ? double.NaN : bins.Sum(bin => bin.Count * Math.Abs(bin.FakeShare - bin.MeanProbability)) / labels.Count;
    }
}
