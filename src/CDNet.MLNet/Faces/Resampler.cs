using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CDNet.MLNet.Faces;

/// <summary>Cuts rectangles out of a picture and scales them.</summary>
/// <remarks>
/// Separable: rows first, because they are contiguous, then columns. Pixels have their centres at half coordinates. Two rows of the result are made at a time, their pixels side by side, so
/// that a vector holds a pixel of both; windows that lie side by side share the rows.
/// </remarks>
internal static class Resampler
{
    private const int RowsAtOnce = 2;

    // Floats that a pixel of the rows at hand has.
    private const int Step = RowsAtOnce * PixelView.Channels;

    /// <summary>Bilinear; when the crop shrinks, the filter widens with it so that nothing aliases. The border repeats beyond the picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="window">The rectangle in pixels; it may reach beyond the picture and need not lie on whole pixels.</param>
    /// <param name="side">Side of the square result in pixels.</param>
    /// <param name="planes">Receives 3 x side x side bytes: the red, green and blue planes.</param>
    public static void ToPlanes(PixelView picture, FaceBox window, int side, Span<byte> planes)
        => Resample(picture, [window], side, isDetectorInput: false, new PlanarWriter(side), planes);

    /// <summary>Area averaging when the window shrinks, bilinear when it grows. Black lies beyond the picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="window">The rectangle in pixels.</param>
    /// <param name="side">Side of the square result in pixels.</param>
    /// <param name="rgb">Receives side x side x 3 bytes: red, green, blue of each pixel.</param>
    public static void ToInterleaved(PixelView picture, FaceBox window, int side, Span<byte> rgb) => ToInterleaved(picture, [window], side, rgb);

    /// <summary>As for one window, for several that begin at the same row and are equally high.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="windows">The rectangles in pixels, one at least.</param>
    /// <param name="side">Side of the square results in pixels.</param>
    /// <param name="rgb">Receives side x side x 3 bytes for each window.</param>
    public static void ToInterleaved(PixelView picture, ReadOnlySpan<FaceBox> windows, int side, Span<byte> rgb)
        => Resample(picture, windows, side, isDetectorInput: true, new InterleavedWriter(side), rgb);

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

    private static void Resample<TWriter>(PixelView picture, ReadOnlySpan<FaceBox> windows, int side, bool isDetectorInput, TWriter writer, Span<byte> destination)
        where TWriter : struct, IWriter
    {
        var bytes = 3 * side * side;
        if (destination.Length != windows.Length * bytes)
            throw new ArgumentException($"{destination.Length} bytes, expected {windows.Length * bytes}.", nameof(destination));
        var rows = ResampleTaps.For(windows[0].Top, windows[0].Height, side, picture.Height, isDetectorInput, isDetectorInput);
        var columns = new ResampleTaps[windows.Length];
        var (first, end) = (int.MaxValue, 0);
        for (var i = 0; i < windows.Length; i++)
        {
            columns[i] = ResampleTaps.For(windows[i].Left, windows[i].Width, side, picture.Width, isDetectorInput, isDetectorInput);
            // Only the columns that some tap reads take part in the row pass.
            if (columns[i].Extent() is { Count: > 0 } extent)
                (first, end) = (Math.Min(first, extent.First), Math.Max(end, extent.First + extent.Count));
        }
        if (end == 0)
            first = 0;
        var lines = ArrayPool<float>.Shared.Rent((end - first) * Step + Step);
        try
        {
            for (var y = 0; y < side; y += RowsAtOnce)
            {
                var count = Math.Min(RowsAtOnce, side - y);
                for (var row = 0; row < count; row++)
                    SumRows(picture, rows.First(y + row), rows.Weights(y + row), first, end - first, lines.AsSpan(row * PixelView.Channels));
                for (var i = 0; i < windows.Length; i++)
                    SumColumns(lines, columns[i], first, side, y, count, picture.IsBgra, writer, destination.Slice(i * bytes, bytes));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(lines);
        }
    }

    /// <summary>The weighted sum of rows of the picture, written to every second pixel of the lines.</summary>
    private static void SumRows(PixelView picture, int firstRow, ReadOnlySpan<float> weights, int firstColumn, int columnCount, Span<float> lines)
    {
        const int Block = 8;
        if (weights.IsEmpty)
        {
            for (var column = 0; column < columnCount; column++)
                lines.Slice(column * Step, PixelView.Channels).Clear();
            return;
        }
        var stride = picture.Width * PixelView.Channels;
        // Checked once: every row that is read lies in the picture.
        ref var source = ref MemoryMarshal.GetReference(picture.Pixels.Slice(firstRow * stride, weights.Length * stride));
        source = ref Unsafe.Add(ref source, firstColumn * PixelView.Channels);
        ref var target = ref MemoryMarshal.GetReference(lines[..(columnCount == 0 ? 0 : (columnCount - 1) * Step + PixelView.Channels)]);
        var at = 0;
        for (; at <= columnCount - Block; at += Block)
        {
            Vector256<float> a = default, b = default, c = default, d = default;
            ref var bytes = ref Unsafe.Add(ref source, at * PixelView.Channels);
            foreach (var weight in weights)
            {
                var scale = Vector256.Create(weight);
                a += Widen(ref bytes, 0) * scale;
                b += Widen(ref bytes, 8) * scale;
                c += Widen(ref bytes, 16) * scale;
                d += Widen(ref bytes, 24) * scale;
                bytes = ref Unsafe.Add(ref bytes, stride);
            }
            ref var place = ref Unsafe.Add(ref target, at * Step);
            StorePair(a, ref place);
            StorePair(b, ref Unsafe.Add(ref place, 2 * Step));
            StorePair(c, ref Unsafe.Add(ref place, 4 * Step));
            StorePair(d, ref Unsafe.Add(ref place, 6 * Step));
        }
        for (; at < columnCount; at++)
        {
            var sum = Vector128<float>.Zero;
            ref var bytes = ref Unsafe.Add(ref source, at * PixelView.Channels);
            foreach (var weight in weights)
            {
                var four = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref bytes)).AsByte();
                sum += Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(four)).AsInt32()) * Vector128.Create(weight);
                bytes = ref Unsafe.Add(ref bytes, stride);
            }
            sum.StoreUnsafe(ref Unsafe.Add(ref target, at * Step));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Widen(ref byte bytes, int at)
    {
        var eight = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, at))).AsByte());
        return Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(eight), Vector128.WidenUpper(eight)).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePair(Vector256<float> pixels, ref float place)
    {
        pixels.GetLower().StoreUnsafe(ref place);
        pixels.GetUpper().StoreUnsafe(ref Unsafe.Add(ref place, Step));
    }

    /// <summary>The weighted sums of pixels of the lines, as bytes of two rows of the result.</summary>
    private static void SumColumns<TWriter>(ReadOnlySpan<float> lines, ResampleTaps columns, int first, int side, int y, int count, bool isBgra, TWriter writer, Span<byte> destination)
        where TWriter : struct, IWriter
    {
        var (red, blue) = isBgra ? (16, 0) : (0, 16);
        for (var x = 0; x < side; x++)
        {
            var weights = columns.Weights(x);
            var sum = Vector256<float>.Zero;
            if (!weights.IsEmpty)
            {
                ref var pixel = ref MemoryMarshal.GetReference(lines.Slice((columns.First(x) - first) * Step, weights.Length * Step));
                foreach (var weight in weights)
                {
                    sum += Vector256.LoadUnsafe(ref pixel) * Vector256.Create(weight);
                    pixel = ref Unsafe.Add(ref pixel, Step);
                }
            }
            var whole = Vector256.ConvertToInt32(Vector256.Min(Vector256.Max(sum + Vector256.Create(0.5f), Vector256<float>.Zero), Vector256.Create(255f)));
            var words = Vector128.Narrow(whole.GetLower(), whole.GetUpper());
            var both = Vector128.Narrow(words.AsUInt16(), words.AsUInt16()).AsUInt64().ToScalar();
            writer.Write(destination, x, y, (byte)(both >> red), (byte)(both >> 8), (byte)(both >> blue));
            if (count > 1)
                writer.Write(destination, x, y + 1, (byte)(both >> (32 + red)), (byte)(both >> 40), (byte)(both >> (32 + blue)));
        }
    }
}
