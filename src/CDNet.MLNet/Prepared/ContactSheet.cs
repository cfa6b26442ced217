using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;

namespace CDNet.MLNet.Prepared;

/// <summary>A picture of 64 crops spread over a set, so that a person sees what the networks will see: green about reals, red about fakes.</summary>
internal static class ContactSheet
{
    private const int Cells = 8;
    private const int FaceSide = 160;
    private const int PartSide = FaceSide / 4;
    private const int Frame = 4;
    private const int Gap = 6;
    private const int CellWidth = FaceSide + 2 * Frame + Gap;
    private const int CellHeight = FaceSide + PartSide + 2 * Frame + Gap;

    private static readonly SKColor Background = new(24, 24, 24);
    private static readonly SKColor Real = new(40, 170, 70);
    private static readonly SKColor Fake = new(215, 50, 45);

    /// <summary>The sheet of a shard, or of the whole set.</summary>
    public static string FileOf(string folder, Shard shard)
        => Path.Combine(folder, shard.Count == 1 ? "contact-sheet.png" : $"contact-sheet-{shard.Index:00000}-of-{shard.Count:00000}.png");

    /// <summary>Draws the sheet: half reals and half fakes, as far as there are so many. None is drawn where no row has a face.</summary>
    public static void Write(string path, IReadOnlyList<(string File, PartRecord Record)> parts)
    {
        var (reals, fakes) = (parts.Sum(part => part.Record.RealFaces), parts.Sum(part => part.Record.FakeFaces));
        if (reals + fakes == 0)
            return;
        var half = Cells * Cells / 2;
        var realCells = (int)Math.Min(reals, half + Math.Max(0, half - fakes));
        var fakeCells = (int)Math.Min(fakes, Cells * Cells - realCells);
        using var bitmap = new SKBitmap(new SKImageInfo(Cells * CellWidth + Gap, Cells * CellHeight + Gap, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(Background);
        var cell = 0;
        foreach (var row in Spread(parts, isFake: false, reals, realCells).Concat(Spread(parts, isFake: true, fakes, fakeCells)))
            Draw(canvas, row, cell++);
        using var pixels = bitmap.PeekPixels();
        using var png = FastPng.Encode(pixels) ?? throw new InvalidOperationException($"{path}: the sheet of {bitmap.Width}x{bitmap.Height} pixels could not be written as PNG.");
        SetFiles.Write(path, stream => png.SaveTo(stream));
    }

    /// <summary>Faces of a class at even distances over all parts; only the parts that hold one are read.</summary>
    private static IEnumerable<PreparedRow> Spread(IReadOnlyList<(string File, PartRecord Record)> parts, bool isFake, long faces, int count)
    {
        var wanted = new Queue<long>(Enumerable.Range(0, count).Select(i => faces * i / count));
        var first = 0L;
        foreach (var (file, record) in parts)
        {
            var here = isFake ? record.FakeFaces : record.RealFaces;
            var inPart = new Queue<long>();
            while (wanted.TryPeek(out var next) && next < first + here)
                inPart.Enqueue(wanted.Dequeue() - first);
            first += here;
            if (inPart.Count == 0)
                continue;
            foreach (var row in Faces(file, isFake, inPart))
                yield return row;
        }
    }

    private static IEnumerable<PreparedRow> Faces(string file, bool isFake, Queue<long> wanted)
    {
        var view = PartFile.Load(file);
        try
        {
            string[] names = [FaceColumns.Label, FaceColumns.FaceConfidence, .. FaceColumns.Crops.Select(PreparedColumns.EncodedOf)];
            using var cursor = view.GetRowCursor(names.Select(name => view.Schema[name]));
            var label = cursor.GetGetter<bool>(view.Schema[FaceColumns.Label]);
            var confidence = cursor.GetGetter<float>(view.Schema[FaceColumns.FaceConfidence]);
            Func<byte[]>[] crops = [.. FaceColumns.Crops.Select(crop => Bytes(cursor, view.Schema[PreparedColumns.EncodedOf(crop)]))];
            var (isFakeRow, rowConfidence) = (false, 0f);
            for (var face = 0L; wanted.Count > 0 && cursor.MoveNext();)
            {
                label(ref isFakeRow);
                confidence(ref rowConfidence);
                if (isFakeRow != isFake || rowConfidence == 0 || face++ != wanted.Peek())
                    continue;
                wanted.Dequeue();
                yield return new PreparedRow
                {
                    Label = isFake,
                    FaceEncoded = crops[0](),
                    RightEyeEncoded = crops[1](),
                    LeftEyeEncoded = crops[2](),
                    NoseEncoded = crops[3](),
                    MouthEncoded = crops[4](),
                };
            }
        }
        finally
        {
            (view as IDisposable)?.Dispose();
        }
    }

    private static Func<byte[]> Bytes(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        var getter = cursor.GetGetter<VBuffer<byte>>(column);
        return () =>
        {
            VBuffer<byte> value = default;
            getter(ref value);
            return [.. value.DenseValues()];
        };
    }

    private static void Draw(SKCanvas canvas, PreparedRow row, int cell)
    {
        var (left, top) = (Gap + cell % Cells * CellWidth, Gap + cell / Cells * CellHeight);
        using var frame = new SKPaint { Color = row.Label ? Fake : Real };
        canvas.DrawRect(left, top, CellWidth - Gap, CellHeight - Gap, frame);
        Place(row.FaceEncoded, left + Frame, top + Frame, FaceSide);
        foreach (var (index, part) in new[] { row.RightEyeEncoded, row.LeftEyeEncoded, row.NoseEncoded, row.MouthEncoded }.Index())
            Place(part, left + Frame + index * PartSide, top + Frame + FaceSide, PartSide);

        void Place(byte[] file, int x, int y, int side)
        {
            using var picture = SKBitmap.Decode(file);
            using var paint = new SKPaint { FilterQuality = SKFilterQuality.Medium };
            canvas.DrawBitmap(picture, SKRect.Create(x, y, side, side), paint);
        }
    }
}
