using System.Buffers;
using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Data;

/// <summary>The pixels of a picture in memory that is lent: pictures of a stream follow each other in the same one, where an <see cref="Microsoft.ML.Data.MLImage"/> copies each into memory of its own.</summary>
/// <param name="rented">At least width x height x 4 bytes of the shared pool, red, green, blue and alpha of each pixel.</param>
/// <param name="width">Width in pixels.</param>
/// <param name="height">Height in pixels.</param>
internal sealed class PixelBuffer(byte[] rented, int width, int height) : IDisposable
{
    private byte[]? _rented = rented;

    public int Width { get; } = width;

    public int Height { get; } = height;

    public ReadOnlySpan<byte> Pixels => (_rented ?? throw new ObjectDisposedException(nameof(PixelBuffer))).AsSpan(0, Width * Height * PixelView.Channels);

    public PixelView View => new(Pixels, Width, Height, isBgra: false);

    /// <summary>Gives the memory back; nobody may look at the pixels any more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } bytes)
            ArrayPool<byte>.Shared.Return(bytes);
    }
}
