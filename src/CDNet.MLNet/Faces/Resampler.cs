using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CDNet.MLNet.Faces;

/// <summary>Cuts a rectangle out of a picture and scales it.</summary>
/// <remarks>
/// Separable: rows first, because they are contiguous, then columns. Pixels have their centres at half coordinates.
/// </remarks>
internal static class Resampler
{
    /// <summary>Bilinear; when the crop shrinks, the filter widens with it so that nothing aliases. The border repeats beyond the picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="window">The rectangle in pixels; it may reach beyond the picture and need not lie on whole pixels.</param>
    /// <param name="side">Side of the square result in pixels.</param>
    /// <param name="planes">Receives 3 x side x side bytes: the red, green and blue planes.</param>
    public static void ToPlanes(PixelView picture, FaceBox window, int side, Span<byte> planes)
        => Resample(picture, window, side, isDetectorInput: false, new PlanarWriter(side), planes);

    /// <summary>Area averaging when the window shrinks, bilinear when it grows. Black lies beyond the picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="window">The rectangle in pixels.</param>
    /// <param name="side">Side of the square result in pixels.</param>
    /// <param name="rgb">Receives side x side x 3 bytes: red, green, blue of each pixel.</param>
    public static void ToInterleaved(PixelView picture, FaceBox window, int side, Span<byte> rgb)
        => Resample(picture, window, side, isDetectorInput: true, new InterleavedWriter(side), rgb);

    private interface IWriter
    {
        void Write(Span<byte> destination, int x, int y, byte red, byte green, byte blue);
    }

    private readonly struct PlanarWriter(int side) : IWriter
    {
        public void Write(Span<byte> destination, int x, int y, byte red, byte green, byte blue)
        {
            var at = y * side + x;
            destination[at] = red;
            destination[at + side * side] = green;
            destination[at + 2 * side * side] = blue;
        }
    }

    private readonly struct InterleavedWriter(int side) : IWriter
    {
        public void Write(Span<byte> destination, int x, int y, byte red, byte green, byte blue)
        {
            var at = (y * side + x) * 3;
            destination[at] = red;
            destination[at + 1] = green;
            destination[at + 2] = blue;
        }
    }

    private static void Resample<TWriter>(PixelView picture, FaceBox window, int side, bool isDetectorInput, TWriter writer, Span<byte> destination)
        where TWriter : struct, IWriter
    {
        if (destination.Length != 3 * side * side)
            throw new ArgumentException($"{destination.Length} bytes, expected {3 * side * side}.", nameof(destination));
        var rows = ResampleTaps.For(window.Top, window.Height, side, picture.Height, isDetectorInput, isDetectorInput);
        var columns = ResampleTaps.For(window.Left, window.Width, side, picture.Width, isDetectorInput, isDetectorInput);

        // Only the columns that some tap reads take part in the row pass.
        var (firstColumn, columnCount) = columns.Extent();
        var line = new float[columnCount * PixelView.Channels];
        var (red, blue) = picture.IsBgra ? (2, 0) : (0, 2);
        for (var y = 0; y < side; y++)
        {
            Array.Clear(line);
            foreach (var (source, weight) in rows.At(y))
            {
                var row = picture.Row(source).Slice(firstColumn * PixelView.Channels, line.Length);
                AddScaled(row, weight, line);
            }
            var pixels = MemoryMarshal.Cast<float, Vector4>(line);
            for (var x = 0; x < side; x++)
            {
                var sum = Vector4.Zero;
                foreach (var (source, weight) in columns.At(x))
                    sum += pixels[source - firstColumn] * weight;
                writer.Write(destination, x, y, ToByte(sum[red]), ToByte(sum[1]), ToByte(sum[blue]));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte ToByte(float value) => (byte)Math.Clamp(value + 0.5f, 0, 255);

    private static void AddScaled(ReadOnlySpan<byte> row, float weight, Span<float> line)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var scale = Vector256.Create(weight);
            ref var bytes = ref MemoryMarshal.GetReference(row);
            ref var sums = ref MemoryMarshal.GetReference(line);
            for (; i <= line.Length - 8; i += 8)
            {
                var eight = Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, i))).AsByte();
                var wide = Vector256.Create(Vector128.WidenLower(Vector128.WidenLower(eight)), Vector128.WidenUpper(Vector128.WidenLower(eight)));
                var sum = Vector256.LoadUnsafe(ref sums, (nuint)i) + Vector256.ConvertToSingle(wide.AsInt32()) * scale;
                sum.StoreUnsafe(ref sums, (nuint)i);
            }
        }
        for (; i < line.Length; i++)
            line[i] += row[i] * weight;
    }
}
