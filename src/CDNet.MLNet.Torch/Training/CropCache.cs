using System.Runtime.InteropServices;
using CDNet.MLNet.Sam;
using Microsoft.Win32.SafeHandles;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Sizes of the crops in a cache.</summary>
/// <param name="FaceSide">Side of the face crop in pixels.</param>
/// <param name="PartSide">Side of a part crop in pixels.</param>
internal sealed record CropSizes(int FaceSide, int PartSide)
{
    public int FaceBytes => 3 * FaceSide * FaceSide;

    public int PartBytes => 3 * PartSide * PartSide;

    public const int AmplitudeBytes = SamSpec.AllAmplitudes * sizeof(float);

    /// <summary>Bytes of one row: face, parts, amplitudes.</summary>
    public int RowBytes => FaceBytes + SamSpec.Parts * PartBytes + AmplitudeBytes;
}

/// <summary>What is known of a cached row without reading it.</summary>
/// <param name="IsFake">The label.</param>
/// <param name="Group">Rows of one group stay on one side of the split.</param>
/// <param name="IsValidation">What the flag column said, or null without one.</param>
internal readonly record struct CachedRow(bool IsFake, ulong Group, bool? IsValidation);

/// <summary>The crops and amplitudes of a fit on disk: each row is cut out once and read again in every epoch.</summary>
/// <remarks>The file never outlives the process: on Unix it has no name any more once it is open, on Windows it goes when it is closed.</remarks>
internal sealed class CropCache : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly List<(long Order, CachedRow Row, long Slot)> _written = [];
    private readonly Lock _gate = new();
    private (CachedRow Row, long Slot)[] _rows = [];
    private long _slots;

    public CropCache(string? folder, CropSizes sizes)
    {
        Sizes = sizes;
        Folder = folder ?? Path.GetTempPath();
        Directory.CreateDirectory(Folder);
        var path = Path.Combine(Folder, $"cdnet-crops-{Guid.NewGuid():N}.tmp");
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose | FileOptions.RandomAccess);
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
    }

    public CropSizes Sizes { get; }

    public string Folder { get; }

    /// <summary>Rows in the order of the data, complete after <see cref="Seal"/>.</summary>
    public int Count => _rows.Length;

    public CachedRow this[int row] => _rows[row].Row;

    /// <summary>Adds a row; several threads may do so at once.</summary>
    /// <param name="order">Place of the row among the others.</param>
    /// <param name="row">Label and group.</param>
    /// <param name="bytes">Face, parts and amplitudes, <see cref="CropSizes.RowBytes"/> in all.</param>
    /// <exception cref="IOException">The disk is full; the message says where and how much a row needs.</exception>
    public void Add(long order, CachedRow row, ReadOnlySpan<byte> bytes)
    {
        long slot;
        lock (_gate)
        {
            slot = _slots++;
            _written.Add((order, row, slot));
        }
        try
        {
            RandomAccess.Write(_file, bytes, slot * Sizes.RowBytes);
        }
        catch (IOException e)
        {
            throw new IOException(
                $"{Folder}: the crops of row {slot + 1:N0} could not be written ({Sizes.RowBytes / 1024} KB a row). Name a folder with more space as CacheFolder. {e.Message}", e);
        }
    }

    /// <summary>Ends writing and brings the rows into the order of the data, whichever thread wrote them.</summary>
    public void Seal()
    {
        _rows = [.. _written.OrderBy(entry => entry.Order).Select(entry => (entry.Row, entry.Slot))];
        _written.Clear();
    }

    /// <summary>Reads a row as it was added.</summary>
    public void Read(int row, Span<byte> face, Span<byte> parts, Span<float> amplitudes)
    {
        var start = _rows[row].Slot * Sizes.RowBytes;
        ReadExactly(face, start);
        ReadExactly(parts, start + Sizes.FaceBytes);
        ReadAmplitudes(row, amplitudes);
    }

    /// <summary>Reads the 640 amplitudes of a row alone.</summary>
    public void ReadAmplitudes(int row, Span<float> amplitudes)
        => ReadExactly(MemoryMarshal.AsBytes(amplitudes), (_rows[row].Slot + 1) * Sizes.RowBytes - CropSizes.AmplitudeBytes);

    public void Dispose() => _file.Dispose();

    private void ReadExactly(Span<byte> destination, long start)
    {
        while (!destination.IsEmpty)
        {
            var read = RandomAccess.Read(_file, destination, start);
            if (read == 0)
                throw new EndOfStreamException($"{Folder}: the crop cache ends early; something else has cut it.");
            destination = destination[read..];
            start += read;
        }
    }
}
