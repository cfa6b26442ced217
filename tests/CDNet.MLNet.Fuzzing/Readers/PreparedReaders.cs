using CDNet.MLNet.Prepared;

namespace CDNet.MLNet.Fuzzing.Readers;

/// <summary>Prepared sets: their records, their part files, their encoded crops.</summary>
internal static class PreparedReaders
{
    private static readonly string[] Json = ["null", "[]", "{}", "-1", "9223372036854775807", "1e999", "\"\"", "[null]"];

    public static IReadOnlyList<Reader> All { get; } =
    [
        new Reader("set-record", ReadSet) { Words = Json },
        new Reader("shard-record", input => SetFiles.ReadJson<ShardRecord>(Scratch.Write("shard.json", input))) { Words = Json },
        new Reader("part-record", input => SetFiles.ReadJson<PartRecord>(Scratch.Write("part.json", input))) { Words = Json },
        new Reader("part", ReadPart) { IsSlow = true, MaxAllocation = 512L << 20 },
    ];

    private static void ReadSet(byte[] input)
    {
        var folder = Path.GetDirectoryName(Scratch.Write(SetRecord.FileName, input))!;
        var set = PreparedSet.ReadSet(folder);
        set.Crops.ToOptions(MarkerDetector.Create()).Equals(null);
    }

    private static void ReadPart(byte[] input)
    {
        var file = Scratch.Write("part.idv", input);
        var count = PartFile.Load(file).GetRowCount() ?? 0;
        var view = new PreparedView([(file, count)], null);
        using var cursor = view.GetRowCursor(view.Schema);
        var (path, face, frame) = (
            cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema[nameof(PreparedRow.Path)]), cursor.GetGetter<Microsoft.ML.Data.VBuffer<byte>>(view.Schema[nameof(PreparedRow.FaceEncoded)]),
            cursor.GetGetter<int>(view.Schema[nameof(PreparedRow.Frame)]));
        var (text, bytes, number, planes) = (default(ReadOnlyMemory<char>), default(Microsoft.ML.Data.VBuffer<byte>), 0, new byte[3 * Faces.FacePartCropOptions.FaceSide * Faces.FacePartCropOptions.FaceSide]);
        while (cursor.MoveNext())
        {
            path(ref text);
            face(ref bytes);
            frame(ref number);
            CropCodec.Decode([.. bytes.DenseValues()], Faces.FacePartCropOptions.FaceSide, planes);
        }
    }
}
