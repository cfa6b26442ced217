using System.Runtime.CompilerServices;

namespace CDNet.MLNet.Torch.Training.Augmentation;

/// <summary>A colour by its hue and its largest and smallest channel, from which HSV and HLS follow both.</summary>
/// <param name="Hue">0 to 6, in sixths of a circle from red over green to blue; 0 for grays.</param>
/// <param name="Max">The largest channel.</param>
/// <param name="Min">The smallest channel.</param>
internal readonly record struct HueColour(float Hue, float Max, float Min)
{
    public static HueColour Of(float red, float green, float blue)
    {
        var (max, min) = (Math.Max(red, Math.Max(green, blue)), Math.Min(red, Math.Min(green, blue)));
        var chroma = max - min;
        if (chroma <= 0)
            return new HueColour(0, max, min);
        var hue = max == red ? (green - blue) / chroma : max == green ? 2 + (blue - red) / chroma : 4 + (red - green) / chroma;
        return new HueColour(hue < 0 ? hue + 6 : hue, max, min);
    }

    /// <summary>Red, green and blue; the hue may lie outside of 0 to 6.</summary>
    public (float Red, float Green, float Blue) ToRgb()
    {
        var chroma = Max - Min;
        var hue = Hue - 6 * MathF.Floor(Hue / 6);
        return (Channel(hue, 0, chroma), Channel(hue, 4, chroma), Channel(hue, 2, chroma));
    }

    // A channel is at its largest within a sixth on both sides of its own hue and falls to the smallest over the next sixth.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Channel(float hue, float offset, float chroma)
    {
        var at = hue + offset;
        at = at >= 6 ? at - 6 : at;
        return Min + chroma * Math.Clamp(Math.Abs(at - 3) - 1, 0, 1);
    }
}
