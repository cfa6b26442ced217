namespace CDNet.MLNet.Torch.Training.Augmentation;

/// <summary>What happens to one row in one epoch.</summary>
/// <param name="IsMirrored">Whether it is mirrored.</param>
/// <param name="Changes">Changes of its pixels in their order.</param>
internal sealed record RowChanges(bool IsMirrored, IReadOnlyList<ICropChange> Changes)
{
    /// <summary>Draws the changes.</summary>
    public static RowChanges Draw(AugmentationOptions options, Random random)
    {
        var isMirrored = random.NextBool(options.FlipProbability);
        var changes = new List<ICropChange>();
        if (random.NextBool(options.ColourProbability))
            changes.Add(Colour(options, random));
        if (random.NextBool(options.NoiseProbability))
            changes.Add(Noise(options, random));
        if (random.NextBool(options.BlurProbability))
            changes.Add(new Blur(random.Next(options.BlurSigma)));
        if (random.NextBool(options.DownscaleProbability))
            changes.Add(new Downscale(random.Next(options.DownscaleFactor)));
        if (random.NextBool(options.JpegProbability))
            changes.Add(new JpegRecompression((int)Math.Round(random.Next(options.JpegQuality))));
        // Last, because faces are cut out of what the picture has become. Without moves nothing is drawn: the changes of a seed stay what they were.
        if (options.MoveProbability > 0 && random.NextBool(options.MoveProbability))
            changes.Add(new Move(options.MoveLimit, 1 + random.NextWithin(options.ScaleLimit), random.NextWithin(options.TurnLimitDegrees)));
        return new RowChanges(isMirrored, changes);
    }

    private static ICropChange Colour(AugmentationOptions options, Random random) => random.NextBool(0.5)
        ? new BrightnessContrast(1 + random.NextWithin(options.ContrastLimit), random.NextWithin(options.BrightnessLimit))
        : new HueSaturationValue(
            random.NextWithin(options.HueLimitDegrees), random.NextWithin(options.SaturationLimit), random.NextWithin(options.ValueLimit));

    private static ICropChange Noise(AugmentationOptions options, Random random) => random.NextBool(0.5)
        ? new IsoNoise(random.Next(options.IsoIntensity), random.Next(options.IsoColourShift), LightnessDeviation: 0)
        : new GaussianNoise(255 * random.Next(options.GaussianNoise));
}
