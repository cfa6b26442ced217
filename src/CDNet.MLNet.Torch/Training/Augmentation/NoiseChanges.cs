namespace CDNet.MLNet.Torch.Training.Augmentation;

/// <summary>Adds to every value a number from a normal distribution.</summary>
/// <param name="Deviation">Its standard deviation, of 255.</param>
internal sealed record GaussianNoise(double Deviation) : ICropChange
{
    public void Apply(Span<byte> planes, int side, double resolution, Random random)
    {
        var noise = random.NextGaussians(planes.Length);
        var deviation = (float)Deviation;
        for (var i = 0; i < planes.Length; i++)
            planes[i] = ColourPixels.ToByte(planes[i] + deviation * noise[i]);
    }
}

/// <summary>The noise of a sensor at high ISO: the hue of every pixel turns at random, and its lightness gains a random number of photons.</summary>
/// <param name="Intensity">Strength, 0 to 1.</param>
/// <param name="ColourShift">Standard deviation of the hue at strength 1, as a share of a circle.</param>
/// <param name="LightnessDeviation">Standard deviation of the face crop's lightness, 0 to 255, which sets how many photons there are.</param>
internal sealed record IsoNoise(double Intensity, double ColourShift, double LightnessDeviation) : ICropChange
{
    public ICropChange MeasuredOn(ReadOnlySpan<byte> face)
    {
        var size = face.Length / 3;
        var (sum, squares) = (0.0, 0.0);
        for (var i = 0; i < size; i++)
        {
            var colour = HueColour.Of(face[i], face[i + size], face[i + 2 * size]);
            var lightness = (colour.Max + colour.Min) / 2.0;
            sum += lightness;
            squares += lightness * lightness;
        }
        return this with { LightnessDeviation = Math.Sqrt(Math.Max(0, squares / size - sum / size * (sum / size))) };
    }

    public void Apply(Span<byte> planes, int side, double resolution, Random random)
    {
        var photons = (float)(LightnessDeviation * Intensity);
        var spread = MathF.Sqrt(photons);
        var turn = (float)(6 * ColourShift * Intensity);
        var noise = random.NextGaussians(2 * side * side);
        var drawn = 0;
        ColourPixels.Map(planes, side, colour =>
        {
            // The normal distribution stands for Poisson's, whose variance is its mean.
            var gained = Math.Max(0, photons + spread * noise[drawn++]);
            var lightness = (colour.Max + colour.Min) / 510;
            var room = 1 - Math.Abs(2 * lightness - 1);
            var saturation = room > 0 ? (colour.Max - colour.Min) / 255 / room : 0;
            lightness += gained / 255 * (1 - lightness);
            var half = saturation * (1 - Math.Abs(2 * lightness - 1)) / 2;
            return new HueColour(colour.Hue + turn * noise[drawn++], 255 * (lightness + half), 255 * (lightness - half));
        });
    }
}
