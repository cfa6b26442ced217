using System.IO.Compression;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Tflite;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Bundles;
using CDNet.MLNet.Torch.Training.Checkpoints;

namespace CDNet.MLNet.Fuzzing.Readers;

/// <summary>Models: TensorFlow Lite, ONNX, zips and their stages, checkpoints.</summary>
internal static class ModelReaders
{
    public static IReadOnlyList<Reader> All { get; } =
    [
        new Reader("tflite", Tflite) { Repair = Mark },
        new Reader("onnx", input => OnnxReader.Read(input)),
        new Reader("stage", Stage) { Words = ["ML\0MODEL", "CustomTransformer"] },
        new Reader("seal", input => BundleSeal.Parse(input)),
        new Reader("bundle", Bundle) { Words = ["PK\u0001\u0002", "PK\u0003\u0004", "PK\u0005\u0006", "../", "Model.key", BundleSeal.EntryName] },
        new Reader("checkpoint", Checkpoint) { Repair = CheckpointHash, Words = ["\"shape\":[", "\"data_offsets\":[", "-1", "9223372036854775807", "F32", "I64", "null"] },
        new Reader("detector", Detector) { IsSlow = true },
        new Reader("model", Model) { IsSlow = true, Repair = Unsealed, MaxAllocation = 256L << 20 },
    ];

    private static void Tflite(byte[] input)
    {
        var file = TfliteFile.Parse(input, "input");
        var graph = new OnnxGraphBuilder("input");
        TfliteImporter.Import(file, graph, graph.Input("input", OnnxType.Float, 1, 1, 4, 4));
        BlazeFaceGraph.Build(file);
    }

    private static byte[] Mark(byte[] input)
    {
        if (input.Length < 8)
            return input;
        byte[] bytes = [.. input];
        "TFL3"u8.CopyTo(bytes.AsSpan(4));
        return bytes;
    }

    private static void Stage(byte[] input)
    {
        foreach (var stage in StageHeader.Find(input))
            StageRules.Check(stage);
    }

    private static void Bundle(byte[] input)
    {
        using var stream = new MemoryStream(input, writable: false);
        BundleCheck.Run(stream, "input");
        stream.Position = 0;
        ModelArchive.Read(stream, "input");
    }

    private static void Checkpoint(byte[] input)
    {
        foreach (var tensor in Safetensors.Read(Scratch.Write("input.safetensors", input)).Tensors.Values)
            tensor.Dispose();
    }

    private static byte[] CheckpointHash(byte[] input) => Safetensors.WithHash(input) ?? input;

    private static void Detector(byte[] input)
    {
        var model = FaceDetectorModel.FromBytes(input, "input");
        // Larger windows are allowed, and take longer than a fuzzer waits.
        if (model.InputSide <= 256)
            new FaceDetector(model).Dispose();
    }

    private static void Model(byte[] input) => CDNetModel.Load(input, "input").Dispose();

    /// <summary>Packs the entries of a zip that can be read anew, changed in one place and without checksums: what is behind a zip's own checks is reached.</summary>
    private static byte[] Unsealed(byte[] input)
    {
        try
        {
            using var source = new ZipArchive(new MemoryStream(input), ZipArchiveMode.Read);
            var random = new Random(input.Length + input[^1]);
            var target = new MemoryStream();
            using (var archive = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
            {
                var changed = random.Next(source.Entries.Count);
                foreach (var (index, entry) in source.Entries.Index())
                {
                    if (entry.FullName == BundleSeal.EntryName || entry.Length > 1 << 20)
                        continue;
                    var bytes = BundleEntries.Read(entry);
                    if (index == changed)
                        bytes = new Mutator(random, []).Change(bytes, bytes);
                    using var stream = archive.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                    stream.Write(bytes);
                }
            }
            return target.ToArray();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return input;
        }
    }
}
