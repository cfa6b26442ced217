using CDNet.Cli.Experiments;
using CDNet.MLNet.Data;
using CDNet.MLNet.Data.Manifests;
using CDNet.MLNet.Data.Models;

namespace CDNet.MLNet.Fuzzing.Readers;

/// <summary>Texts that say what data is: manifests, split lists, tables of labels, experiments, and the heads of media files.</summary>
internal static class ManifestReaders
{
    private static readonly string[] Json = ["null", "[]", "{}", "\"\"", "true", "-1", "1e999", "2147483648", "[null]", "{\"a\":null}", "\\u0000", "${", "(?<", ")*", "\""];

    private static readonly TableRule CsvRule = new(
        new TableDocument("labels.csv", "${path}", "label", ["REAL"], ["FAKE"], KeyColumn: "file", SourceColumn: "original", SplitColumn: "split"), ["path"], "rule");

    private static readonly TableRule JsonRule = new(new TableDocument("labels.json", "${path}", "label", ["REAL"], ["FAKE"], SourceColumn: "original"), ["path"], "rule");

    private static readonly DownloadedList List = DownloadedList.Of(new DownloadedListDocument("list.txt", "test", @"(?<label>\d) (?<key>.+)", ["1"], ["0"]), "rule");

    public static IReadOnlyList<Reader> All { get; } =
    [
        new Reader("manifest", input => DataManifest.Load(Scratch.Write("input.json", input))) { Words = Json, Allowed = [typeof(InvalidDataException), typeof(FileNotFoundException)] },
        new Reader("splits", input => SplitLists.Read(Scratch.Write("input.json", input))) { Words = Json },
        new Reader("list", ReadList) { Words = ["\n", "1 ", "0 "] },
        new Reader("table-csv", input => Facts(LabelTable.Read(Scratch.Write("labels.csv", input), CsvRule), CsvRule)) { Words = [",", "\"", "\n", "file", "label", "REAL"] },
        new Reader("table-json", input => Facts(LabelTable.Read(Scratch.Write("labels.json", input), JsonRule), JsonRule)) { Words = Json },
        new Reader("pictures-csv", input => PictureSet.Open(Scratch.Write("pictures.csv", input))) { Words = [",", "\"", "\n", "path", "label", "real", "fake", "split", "\0"] },
        new Reader("model-manifest", input => ModelManifest.Load(Scratch.Write("input.json", input))) { Words = Json },
        new Reader("experiment", input => ExperimentFile.Load(Scratch.Write("input.json", input))) { Words = Json },
        new Reader("media-head", ReadMedia) { Words = ["ftyp", "moov", "mdat", "RIFF", "AVI "] },
    ];

    private static void ReadList(byte[] input)
    {
        var path = Scratch.Write(List.File, input);
        SplitLists.ReadDownloaded(Path.GetDirectoryName(path)!, List);
    }

    private static void Facts(LabelTable table, TableRule rule)
    {
        foreach (var row in table.Rows.Values)
            rule.Facts(row);
    }

    private static void ReadMedia(byte[] input)
    {
        MediaFile.Fault(Scratch.Write("input.mp4", input));
        using var stream = new MemoryStream(input, writable: false);
        IsoBoxes.Fault(stream);
    }
}
