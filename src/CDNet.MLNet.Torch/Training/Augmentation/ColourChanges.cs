namespace CDNet.MLNet.Torch.Training.Augmentation;

/// <summary>Multiplies all values by a factor and adds a number.</summary>
/// <param name="Contrast">The factor, 1 for no change.</param>
/// <param name="Brightness">What is added, as a share of 255.</param>
internal sealed record BrightnessContrast(double Contrast, double Brightness) : ICropChange
{
    public void Apply(Span<byte> planes, int side, double resolution, Random random)
    {
        Span<byte> table = stackalloc byte[256];
        for (var value = 0; value < table.Length; value++)
            table[value] = (byte)Math.Clamp(Contrast * value + 255 * Brightness + 0.5, 0, 255);
        foreach (ref var value in planes)
            value = table[value];
    }
}

/// <summary>Turns the hue and adds to saturation and value of HSV.</summary>
/// <param name="HueDegrees">By how much the hue turns.</param>
/// <param name="Saturation">Added to the saturation, of 255.</param>
/// <param name="Value">Added to the value, of 255.</param>
internal sealed record HueSaturationValue(double HueDegrees, double Saturation, double Value) : ICropChange
{
    public void Apply(Span<byte> planes, int side, double resolution, Random random)
    {
        var turn = (float)(HueDegrees / 60);
        ColourPixels.Map(planes, side, colour =>
        {
            var saturation = colour.Max > 0 ? (colour.Max - colour.Min) / colour.Max : 0;
            var value = Math.Clamp(colour.Max + (float)Value, 0, 255);
            // A gray has no hue that more saturation could show.
            var changed = saturation > 0 ? Math.Clamp(saturation + (float)Saturation / 255, 0, 1) : 0;
            return new HueColour(colour.Hue + turn, value, value * (1 - changed));
        });
    }
}

/// <summary>Goes through the pixels of planes.</summary>
internal static class ColourPixels
{
    public static void Map(Span<byte> planes, int side, Func<HueColour, HueColour> change)
    {
        var size = side * side;
        var reds = planes[..size];
        var greens = planes[size..(2 * size)];
        var blues = planes[(2 * size)..];
        for (var i = 0; i < size; i++)
        {
            var (red, green, blue) = change(HueColour.Of(reds[i], greens[i], blues[i])).ToRgb();
            (reds[i], greens[i], blues[i]) = (ToByte(red), ToByte(green), ToByte(blue));
        }
    }

    public static byte ToByte(float value) => (byte)Math.Clamp(value + 0.5f, 0, 255);
}
