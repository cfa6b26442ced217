namespace CDNet.MLNet.Networks;

/// <summary>How bytes become the networks' numbers: divided by 255, then by ImageNet's mean and standard deviation of each channel.</summary>
internal static class ImageNormalization
{
    /// <summary>Mean of red, green and blue, as shares of 255.</summary>
    public static ReadOnlySpan<float> Mean => [0.485f, 0.456f, 0.406f];

    /// <summary>Standard deviation of red, green and blue, as shares of 255.</summary>
    public static ReadOnlySpan<float> Deviation => [0.229f, 0.224f, 0.225f];

    /// <summary>The factor of value = byte * factor + offset for a channel.</summary>
    public static float Factor(int channel) => 1 / (255 * Deviation[channel]);

    /// <summary>The offset of value = byte * factor + offset for a channel.</summary>
    public static float Offset(int channel) => -Mean[channel] / Deviation[channel];
}
