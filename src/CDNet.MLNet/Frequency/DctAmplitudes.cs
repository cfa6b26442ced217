using CDNet.MLNet.Networks;

namespace CDNet.MLNet.Frequency;

/// <summary>The 128 DCT amplitudes of an image as a plain function (section 3.2 of the paper).</summary>
/// <remarks>
/// The channels are normalised as the networks see them and averaged, as the paper's authors did; the DCT is linear, so averaging before it
/// or after it is the same.
/// </remarks>
public static class DctAmplitudes
{
    /// <summary>Amplitudes an image has: 128.</summary>
    public const int Length = DctBands.Count;

    /// <summary>Computes the amplitudes of an image.</summary>
    /// <param name="planes">3 x height x width bytes: the red, green and blue planes.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="options">Bands and scale; the defaults where null. Its columns are not looked at.</param>
    /// <returns>128 amplitudes from the lowest frequency to the highest.</returns>
    /// <exception cref="ArgumentException">The number of bytes is not 3 x height x width, or the image is too small for the zigzag layout.</exception>
    public static float[] Compute(ReadOnlySpan<byte> planes, int height, int width, DctAmplitudeOptions? options = null)
    {
        options ??= new DctAmplitudeOptions();
        options.Validate();
        CheckSize(height, width, options.Bands);
        if (planes.Length != 3L * height * width)
            throw new ArgumentException($"{planes.Length} bytes are not 3 planes of {height}x{width}.", nameof(planes));

        var size = height * width;
        var gray = new double[size];
        for (var channel = 0; channel < 3; channel++)
        {
            var (factor, offset) = ((double)ImageNormalization.Factor(channel) / 3, (double)ImageNormalization.Offset(channel) / 3);
            var plane = planes.Slice(channel * size, size);
            for (var i = 0; i < size; i++)
                gray[i] += plane[i] * factor + offset;
        }
        var coefficients = Dct.Forward(gray, height, width);
        if (!options.AverageSigned)
        {
            for (var i = 0; i < coefficients.Length; i++)
                coefficients[i] = Math.Abs(coefficients[i]);
        }
        var means = options.Bands == DctBandLayout.Diagonal ? DiagonalMeans(coefficients, height, width) : ZigzagMeans(coefficients, width);
        return [.. means.Select(mean => (float)(options.Logarithmic ? double.LogP1(mean) : mean))];
    }

    /// <exception cref="ArgumentException">The image is too small.</exception>
    internal static void CheckSize(int height, int width, DctBandLayout bands)
    {
        var least = bands == DctBandLayout.Zigzag ? DctBands.ZigzagSide : 1;
        if (height < least || width < least)
            throw new ArgumentException($"An image of {height}x{width} is too small for DCT amplitudes in {bands} bands; expected at least {least}x{least}.");
    }

    private static double[] DiagonalMeans(double[] coefficients, int height, int width)
    {
        var sums = new double[Length];
        for (var u = 0; u < height; u++)
        {
            for (var v = 0; v < width; v++)
                sums[DctBands.Diagonal(u, v, height, width)] += coefficients[u * width + v];
        }
        var sizes = DctBands.DiagonalSizes(height, width);
        for (var band = 0; band < Length; band++)
            sums[band] /= Math.Max(1, sizes[band]);
        return sums;
    }

    private static double[] ZigzagMeans(double[] coefficients, int width)
    {
        var sums = new double[Length];
        foreach (var (index, (u, v)) in DctBands.Zigzag().Index())
            sums[index / DctBands.ZigzagRun] += coefficients[u * width + v] / DctBands.ZigzagRun;
        return sums;
    }
}
