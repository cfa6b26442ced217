using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Scoring;

/// <summary>How a model's projection is fitted anew (<see cref="ProjectionRefit"/>).</summary>
public sealed record ProjectionRefitOptions
{
    /// <summary>
    /// How far the fit is drawn towards the model as it is, each above 0: few pictures need more. With several the one with the largest AUC on the validation pictures is taken. Default: 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30 and 100.
    /// </summary>
    public IReadOnlyList<double> Shrinkages { get; init; } = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

    /// <summary>
    /// Share of the training pictures that are made smaller (0.4 to 1 times the side) and compressed anew (JPEG of quality 30 to 95) first, as pictures are that have been passed on: 0 to 1. Default: 0.5.
    /// </summary>
    public double DegradedShare { get; init; } = 0.5;

    /// <summary>Seed of what happens to which training picture. Half of them are mirrored too. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// Sets of pictures of real people from elsewhere, each by its paths: other cameras, other light, other compression. The fit is made blind to what sets their faces apart from the real training faces on the average, so that they are not called fake for it.
    /// Of a set of more than <see cref="ProjectionRefit.MostElsewhere"/> pictures as many count, from all over the list. Default: none.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<string>> RealElsewhere { get; init; } = [];

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Shrinkages);
        if (Shrinkages.Count == 0)
            throw new ArgumentException($"{nameof(Shrinkages)} is empty; name one at least.", nameof(Shrinkages));
        foreach (var shrinkage in Shrinkages)
            Check.Positive(shrinkage, nameof(Shrinkages));
        ArgumentNullException.ThrowIfNull(RealElsewhere);
        if (RealElsewhere.Any(set => set is not { Count: > 0 }))
            throw new ArgumentException($"{nameof(RealElsewhere)} has a set without pictures; leave it out.", nameof(RealElsewhere));
        Check.Range(DegradedShare, 0, 1, nameof(DegradedShare));
    }
}
