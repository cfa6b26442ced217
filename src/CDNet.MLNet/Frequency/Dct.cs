using System.Numerics.Tensors;

namespace CDNet.MLNet.Frequency;

/// <summary>The exact, orthonormal two-dimensional DCT-II of any size, as two matrix products C X C'.</summary>
internal static class Dct
{
    /// <summary>The DCT-II matrix: row u holds sqrt((u = 0 ? 1 : 2) / n) cos(pi (2x + 1) u / 2n) for x = 0 .. n-1.</summary>
    /// <returns>n x n numbers, row-major.</returns>
    public static double[] Basis(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        var basis = new double[n * n];
        for (var u = 0; u < n; u++)
        {
            var norm = Math.Sqrt((u == 0 ? 1.0 : 2.0) / n);
            for (var x = 0; x < n; x++)
            {
                // The cosine has period 4n: reducing first keeps it exact for large u and x.
                var phase = (2L * x + 1) * u % (4L * n);
                basis[u * n + x] = norm * Math.Cos(Math.PI * phase / (2.0 * n));
            }
        }
        return basis;
    }

    /// <summary>Transforms a plane of height x width numbers.</summary>
    /// <returns>Coefficient (u, v) at u * width + v; u counts along the height.</returns>
    public static double[] Forward(ReadOnlySpan<double> plane, int height, int width)
    {
        if (plane.Length != height * width)
            throw new ArgumentException($"{plane.Length} numbers are not {height}x{width}.", nameof(plane));
        var (rowBasis, columnBasis) = (Basis(height), Basis(width));
        // along[v, y] = sum over x of columnBasis[v, x] plane[y, x]: transposed, so that the second product reads rows too.
        var along = new double[width * height];
        for (var v = 0; v < width; v++)
        {
            for (var y = 0; y < height; y++)
                along[v * height + y] = TensorPrimitives.Dot(columnBasis.AsSpan(v * width, width), plane.Slice(y * width, width));
        }
        var coefficients = new double[height * width];
        for (var u = 0; u < height; u++)
        {
            for (var v = 0; v < width; v++)
            {
                coefficients[u * width + v] = TensorPrimitives.Dot<double>(
                    rowBasis.AsSpan(u * height, height), along.AsSpan(v * height, height));
            }
        }
        return coefficients;
    }
}
