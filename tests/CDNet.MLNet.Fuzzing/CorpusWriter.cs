using System.Text.Json;
using CDNet.Cli.Scores;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Fuzzing.Readers;
using CDNet.MLNet.Prepared;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Bundles;
using CDNet.MLNet.Torch.Training.Checkpoints;
using Microsoft.ML;
using OpenCvSharp;
using static TorchSharp.torch;

namespace CDNet.MLNet.Fuzzing;

/// <summary>Writes the corpus: small files of every kind, made by the project itself.</summary>
internal static class CorpusWriter
{
    public static void Write(string folder)
    {
        using var temp = new TempFolder();
        string To(string reader, string name)
        {
            Directory.CreateDirectory(Path.Combine(folder, reader));
            return Path.Combine(folder, reader, name);
        }

        TinyModel.Write(To("bundle", "plain.zip"), temp.File("train"));
        ModelSeal.Write(To("bundle", "plain.zip"), To("bundle", "sealed.zip"));
        File.Copy(To("bundle", "plain.zip"), To("model", "plain.zip"), overwrite: true);
        File.Copy(To("bundle", "sealed.zip"), To("model", "sealed.zip"), overwrite: true);
        using (var archive = System.IO.Compression.ZipFile.OpenRead(To("bundle", "sealed.zip")))
        {
            foreach (var (index, entry) in archive.Entries.Index())
            {
                var bytes = BundleEntries.Read(entry);
                if (entry.FullName == BundleSeal.EntryName)
                    File.WriteAllBytes(To("seal", "tiny.sha256"), bytes);
                else if (entry.FullName.EndsWith("OnnxModel", StringComparison.Ordinal))
                    File.WriteAllBytes(To("onnx", $"{index:00}.onnx"), bytes[4..(4 + BitConverter.ToInt32(bytes))]);
                else if (entry.FullName.EndsWith(".key", StringComparison.Ordinal) && index % 4 == 1)
                    File.WriteAllBytes(To("stage", $"{index:00}.key"), bytes);
            }
        }
        MarkerDetector.Create().Save(To("detector", "marker.onnx"));
        File.WriteAllBytes(To("tflite", "convolution.tflite"), TinyTflite.Convolution(3, Enumerable.Repeat(1f, 9)));

        var tensors = new Dictionary<string, Tensor> { ["a"] = arange(6f).reshape(2, 3), ["b"] = tensor(new long[] { 1, 2 }) };
        Safetensors.Write(To("checkpoint", "two.safetensors"), new Dictionary<string, string> { ["cdnet.version"] = "1" }, tensors);

        ScoreRow[] rows =
        [
            new() { Path = "a.jpg", Confidence = 0.9f, Left = 1, Top = 2, Width = 30, Height = 40, Score = 1.5f, Probability = 0.8f, Verdict = "fake" },
            new() { Path = "b, \"c\".mp4", Frame = 7, Verdict = "noface" }, new() { Path = "d.jpg", Error = "no picture" },
        ];
        VideoRow[] videos = [new() { Path = "b.mp4", Frames = 32, FramesWithFace = 3, Score = -1, Probability = 0.2f, Verdict = "real" }];
        foreach (var ending in new[] { "csv", "jsonl", "parquet" })
            RowFormat.Of("x." + ending).Write(To("scores-" + ending, "three." + ending), rows);
        RowFormat.Of("x.csv").Write(To("videos-csv", "one.csv"), videos);
        File.WriteAllText(To("score-record", "whole.json"), (ScoreReaders.Run with { Files = 0, Rows = 0, Sha256 = SetFiles.Sha256(Scratch.Write("scores.csv", ScoreReaders.Empty.Value)) }).ToLine());
        File.WriteAllLines(To("journal", "three.journal"), [ScoreReaders.Run.ToLine(), .. rows.Select(row => JsonSerializer.Serialize(new ScoredFile(row.Path, [row], videos[0])))]);

        var detector = MarkerDetector.Create();
        SetFiles.WriteJson(To("set-record", "set.json"), SetRecord.Of(new PrepareOptions(), detector, new PreparePlan([], [], new string('b', 64), new string('c', 64), HasVideos: false)));
        SetFiles.WriteJson(To("shard-record", "shard.json"), new ShardRecord(0, 1, new string('d', 64), 3, 0, 1, [new PrepareProblem("x.jpg", PrepareProblemKind.NoFace, "no face")]));
        SetFiles.WriteJson(To("part-record", "part.json"), new PartRecord(3, 1, 1, 1, 1000, new string('e', 64), new SortedDictionary<string, long> { ["train"] = 3 }, []));
        WritePart(To("part", "rows.idv"));
        WriteTexts(To);
        WriteVideo(To("video", "clip.avi"));
    }

    private static void WritePart(string path)
    {
        using var crop = TestPictures.Draw(FacePartCropOptions.FaceSide, FacePartCropOptions.FaceSide, 1);
        crop.Erase(SkiaSharp.SKColors.Gray);
        using var file = crop.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100);
        PreparedRow[] rows = [new() { Path = "a.png", Split = "train", FaceCount = 1, FaceConfidence = 0.9f, FaceEncoded = file.ToArray() }, new() { Path = "b.png", Label = true, Frame = 4 }];
        var context = new MLContext();
        using var stream = File.Create(path);
        context.Data.SaveAsBinary(context.Data.LoadFromEnumerable(rows), stream);
    }

    private static void WriteTexts(Func<string, string, string> to)
    {
        File.WriteAllText(to("list", "list.txt"), "1 real/a.mp4\n0 fake/b.mp4\n\n");
        File.WriteAllText(to("table-csv", "labels.csv"), "file,label,original,split\na.mp4,REAL,,train\n\"b,c.mp4\",FAKE,a.mp4,test\n");
        File.WriteAllText(to("table-json", "labels.json"), """{"a.mp4":{"label":"REAL","split":"train","original":null},"b.mp4":{"label":"FAKE","original":"a.mp4"}}""");
        File.WriteAllText(to("pictures-csv", "pictures.csv"), "path,label,split,source_video\na.png,real,train,a\n\"b.png\",fake,test,a\n,real\nx.png,what\n");
        File.WriteAllText(to("splits", "splits.json"), """{"origin":"test","splits":{"train":{"groups":[["000","003"],["001"]]},"test":{"real":["a"],"fake":["b"]}}}""");
        File.WriteAllText(
            to("manifest", "manifest.json"),
            """{"name":"x","title":"X","access":{"page":"p","request":"r","terms":"t"},"rules":[{"name":"all","pattern":"(?<label>real|fake)/(?<id>[^/]+)\\.mp4","label":"${label}","source":"${id}","count":3}]}""");
        File.WriteAllText(
            to("model-manifest", "model.json"),
            $$"""{"name":"m","title":"M","file":"m.tflite","sources":[{"url":"https://example.org/m","isVerified":true,"evidence":"e"}],"licence":"Apache-2.0","sha256":"{{new string('a', 64)}}","bytes":5}""");
        File.WriteAllText(
            to("experiment", "experiment.json"),
            """{"name":"e","description":"d","train":{"name":"a","data":"x"},"test":[{"name":"a","data":"x"}],"seeds":[1],"common":{"epochsStage1":1},"cells":{"one":{"batchSize":4}}}""");
        File.WriteAllBytes(to("media-head", "boxes.mp4"), [0, 0, 0, 16, .. "ftypisom"u8, 0, 0, 0, 1, 0, 0, 0, 8, .. "moov"u8, 0, 0, 0, 12, .. "mdat"u8, 1, 2, 3, 4]);
    }

    private static void WriteVideo(string path)
    {
        using var writer = new VideoWriter(path, VideoCaptureAPIs.FFMPEG, FourCC.FromString("MJPG"), 25, new OpenCvSharp.Size(64, 48), true);
        using var picture = new Mat(48, 64, MatType.CV_8UC3);
        for (var frame = 0; frame < 5; frame++)
        {
            picture.SetTo(new Scalar(40 * frame, 100, 200 - 30 * frame));
            writer.Write(picture);
        }
    }
}
