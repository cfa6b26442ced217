namespace CDNet.MLNet.Frequency;

/// <summary>Which DCT coefficients make each of the 128 amplitudes.</summary>
public enum DctBandLayout
{
    /// <summary>
    /// Coefficient (u, v) belongs to band floor(64 (u / height + v / width)). On 64x64 pixels each anti-diagonal u + v is a band of its own,
    /// and band 127 is empty and 0, because 64x64 has 127 anti-diagonals.
    /// </summary>
    Diagonal,

    /// <summary>The first 1,024 coefficients of the lowest 64x64 block in JPEG's zigzag order, in 128 runs of 8.</summary>
    Zigzag,
}

/// <summary>The arithmetic of the bands.</summary>
internal static class DctBands
{
    /// <summary>Amplitudes an image has (section 3.2 of the paper).</summary>
    public const int Count = 128;

    /// <summary>Coefficients in one run of the zigzag layout.</summary>
    public const int ZigzagRun = 8;

    /// <summary>Side of the block that the zigzag walks, and so the smallest picture it takes.</summary>
    public const int ZigzagSide = 64;

    /// <summary>The band of a coefficient in the diagonal layout, 0 to 127.</summary>
    public static int Diagonal(int u, int v, int height, int width)
        => (int)(((long)u * width + (long)v * height) * (Count / 2) / ((long)height * width));

    /// <summary>How many coefficients each band has in the diagonal layout.</summary>
    public static int[] DiagonalSizes(int height, int width)
    {
        var sizes = new int[Count];
        for (var u = 0; u < height; u++)
        {
            for (var v = 0; v < width; v++)
                sizes[Diagonal(u, v, height, width)]++;
        }
        return sizes;
    }

    /// <summary>The coefficients (u, v) of the zigzag layout, 1,024 of them: (0,0), (0,1), (1,0), (2,0), (1,1), (0,2), ...</summary>
    public static IEnumerable<(int U, int V)> Zigzag()
    {
        var taken = 0;
        for (var sum = 0; ; sum++)
        {
            for (var i = 0; i <= sum; i++)
            {
                if (taken++ == Count * ZigzagRun)
                    yield break;
                // Even diagonals run upwards, odd ones downwards.
                yield return sum % 2 == 0 ? (sum - i, i) : (i, sum - i);
            }
        }
    }
}
