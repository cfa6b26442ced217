using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Calibration;

/// <summary>How scores are calibrated.</summary>
public sealed record ScoreCalibrationOptions
{
    /// <summary>The label column, Boolean: true is fake. A number is taken too: above 0 is fake, NaN is left out. Default: Label.</summary>
    public string LabelColumnName { get; init; } = FaceColumns.Label;

    /// <summary>Largest share of the real pictures that may be called fake, 0 to 1. Default: null, called fake is what is more probably fake than real.</summary>
    public double? MaxFalseAlarms { get; init; }

    /// <summary>The calibration to use; then no data is looked at. Default: null, it is fitted.</summary>
    public ScoreCalibration? Calibration { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(LabelColumnName);
        if (MaxFalseAlarms is { } share)
            Check.Range(share, 0, 1, nameof(MaxFalseAlarms));
    }
}
