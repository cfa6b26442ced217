using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Torch;

/// <summary>A range from which a number is drawn evenly.</summary>
/// <param name="Least">The smallest number.</param>
/// <param name="Most">The largest number, at least <paramref name="Least"/>.</param>
public readonly record struct AugmentationRange(double Least, double Most);

/// <summary>How training crops are changed at random, in every epoch anew. Without settings nothing is changed; the presets have names.</summary>
/// <remarks>
/// The five crops of a row come from one picture and are changed alike; only the noise of each pixel and where each crop moves are drawn for themselves. Order: mirroring, colours,
/// noise, blur, down-scaling, JPEG, moves. The amplitudes of changed rows are computed anew. A row's changes follow from seed, stage, epoch and row alone.
/// </remarks>
public sealed record AugmentationOptions
{
    /// <summary>Nothing is changed.</summary>
    public static AugmentationOptions None { get; } = new();

    /// <summary>Half of the rows are mirrored, the eyes swapped with them.</summary>
    public static AugmentationOptions Flip { get; } = new() { FlipProbability = 0.5 };

    /// <summary>What the paper's authors run: mirroring, colours and noise, each with probability 0.5.</summary>
    public static AugmentationOptions Paper { get; } = Flip with { ColourProbability = 0.5, NoiseProbability = 0.5 };

    /// <summary>As <see cref="Paper"/>, with what happens to pictures on their way: blur (probability 0.2), down-scaling (0.3) and JPEG (0.5).</summary>
    public static AugmentationOptions Robust { get; } = Paper with { BlurProbability = 0.2, DownscaleProbability = 0.3, JpegProbability = 0.5 };

    /// <summary>
    /// What happens to pictures on their way, without noise, which hides the traces that a short training has to find first: mirroring, colours (probability 0.3), blur (0.1),
    /// down-scaling to at least 0.4 (0.25) and JPEG (0.4).
    /// </summary>
    public static AugmentationOptions Shared { get; } = Flip with
    {
        ColourProbability = 0.3, BlurProbability = 0.1, BlurSigma = new(0.5, 1.5), DownscaleProbability = 0.25, DownscaleFactor = new(0.4, 0.95), JpegProbability = 0.4,
    };

    /// <summary>
    /// As <see cref="Shared"/>, and half of the rows are cut out a little elsewhere, turned and larger or smaller: for trainings that see each picture many times and begin to know them by heart.
    /// </summary>
    public static AugmentationOptions Moved { get; } = Shared with { MoveProbability = 0.5 };

    /// <summary>Probability that a row is mirrored, 0 to 1. Default: 0.</summary>
    public double FlipProbability { get; init; }

    /// <summary>Probability that a row's colours change, 0 to 1: brightness and contrast, or hue, saturation and value, each half of the time. Default: 0.</summary>
    public double ColourProbability { get; init; }

    /// <summary>Most that is added or taken away as a share of 255, 0 to 1. Default: 0.2.</summary>
    public double BrightnessLimit { get; init; } = 0.2;

    /// <summary>Most by which the factor of all values differs from 1, 0 to 1. Default: 0.2.</summary>
    public double ContrastLimit { get; init; } = 0.2;

    /// <summary>Most that the hue turns in degrees, 0 to 180. Default: 20, the authors' 10 of OpenCV's 180.</summary>
    public double HueLimitDegrees { get; init; } = 20;

    /// <summary>Most that is added to or taken from the saturation as a share of 255 steps, 0 to 255. Default: 30.</summary>
    public double SaturationLimit { get; init; } = 30;

    /// <summary>Most that is added to or taken from the value, the largest of red, green and blue, 0 to 255. Default: 20.</summary>
    public double ValueLimit { get; init; } = 20;

    /// <summary>Probability that a row gets noise, 0 to 1: that of a sensor at high ISO, or Gaussian noise, each half of the time. Default: 0.</summary>
    public double NoiseProbability { get; init; }

    /// <summary>Standard deviation of the Gaussian noise as a share of 255, 0 to 1. Default: 0.01 to 0.03.</summary>
    public AugmentationRange GaussianNoise { get; init; } = new(0.01, 0.03);

    /// <summary>Strength of the ISO noise, 0 to 1. Default: 0.1 to 0.5.</summary>
    public AugmentationRange IsoIntensity { get; init; } = new(0.1, 0.5);

    /// <summary>Standard deviation of the hue in ISO noise of strength 1 as a share of 360 degrees, 0 to 1. Default: 0.01 to 0.05.</summary>
    public AugmentationRange IsoColourShift { get; init; } = new(0.01, 0.05);

    /// <summary>Probability that a row is blurred, 0 to 1. Default: 0.</summary>
    public double BlurProbability { get; init; }

    /// <summary>Standard deviation of the blur in pixels of the face crop, 0.1 to 20. Default: 0.5 to 2.</summary>
    public AugmentationRange BlurSigma { get; init; } = new(0.5, 2);

    /// <summary>Probability that a row is scaled down and up again, 0 to 1. Default: 0.</summary>
    public double DownscaleProbability { get; init; }

    /// <summary>Scale of the face crop when it is smallest, 0.05 to 1; the parts, which are coarser, lose no more than the face. Default: 0.3 to 0.9.</summary>
    public AugmentationRange DownscaleFactor { get; init; } = new(0.3, 0.9);

    /// <summary>Probability that a row goes through JPEG, 0 to 1. Default: 0.</summary>
    public double JpegProbability { get; init; }

    /// <summary>Quality of the JPEG, 1 to 100. Default: 40 to 95.</summary>
    public AugmentationRange JpegQuality { get; init; } = new(40, 95);

    /// <summary>Probability that the crops of a row move, turn and change their scale, 0 to 1. Default: 0.</summary>
    public double MoveProbability { get; init; }

    /// <summary>Most that a crop moves to each side as a share of its side, 0 to 0.5; each of the five for itself. Default: 0.05.</summary>
    public double MoveLimit { get; init; } = 0.05;

    /// <summary>Most by which the scale of all crops differs from 1, 0 to 0.5. Default: 0.08.</summary>
    public double ScaleLimit { get; init; } = 0.08;

    /// <summary>Most that all crops turn in degrees, 0 to 180. Default: 8.</summary>
    public double TurnLimitDegrees { get; init; } = 8;

    /// <summary>Whether pixels change other than by mirroring.</summary>
    internal bool ChangesPixels => ColourProbability > 0 || NoiseProbability > 0 || BlurProbability > 0 || DownscaleProbability > 0 || JpegProbability > 0 || MoveProbability > 0;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        Check.Range(FlipProbability, 0, 1, nameof(FlipProbability));
        Check.Range(ColourProbability, 0, 1, nameof(ColourProbability));
        Check.Range(BrightnessLimit, 0, 1, nameof(BrightnessLimit));
        Check.Range(ContrastLimit, 0, 1, nameof(ContrastLimit));
        Check.Range(HueLimitDegrees, 0, 180, nameof(HueLimitDegrees));
        Check.Range(SaturationLimit, 0, 255, nameof(SaturationLimit));
        Check.Range(ValueLimit, 0, 255, nameof(ValueLimit));
        Check.Range(NoiseProbability, 0, 1, nameof(NoiseProbability));
        Within(GaussianNoise, 0, 1, nameof(GaussianNoise));
        Within(IsoIntensity, 0, 1, nameof(IsoIntensity));
        Within(IsoColourShift, 0, 1, nameof(IsoColourShift));
        Check.Range(BlurProbability, 0, 1, nameof(BlurProbability));
        Within(BlurSigma, 0.1, 20, nameof(BlurSigma));
        Check.Range(DownscaleProbability, 0, 1, nameof(DownscaleProbability));
        Within(DownscaleFactor, 0.05, 1, nameof(DownscaleFactor));
        Check.Range(JpegProbability, 0, 1, nameof(JpegProbability));
        Within(JpegQuality, 1, 100, nameof(JpegQuality));
        Check.Range(MoveProbability, 0, 1, nameof(MoveProbability));
        Check.Range(MoveLimit, 0, 0.5, nameof(MoveLimit));
        Check.Range(ScaleLimit, 0, 0.5, nameof(ScaleLimit));
        Check.Range(TurnLimitDegrees, 0, 180, nameof(TurnLimitDegrees));
    }

    private static void Within(AugmentationRange range, double least, double most, string option)
    {
        Check.Range(range.Least, least, most, option);
        Check.Range(range.Most, range.Least, most, option);
    }
}
