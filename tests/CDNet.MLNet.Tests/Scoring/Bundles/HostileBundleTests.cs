using System.IO.Compression;
using System.Text;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Bundles;
using Google.Protobuf;

namespace CDNet.MLNet.Tests.Scoring.Bundles;

[TestClass]
public sealed class HostileBundleTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow("../escape")]
    [DataRow("a/../../escape")]
    [DataRow("/etc/escape")]
    [DataRow("..\\escape")]
    [DataRow("C:\\escape")]
    [DataRow("a//b")]
    [DataRow("a\nb")]
    public void Entry_that_leads_out_of_its_folder_is_refused(string name)
        => AssertRefused(Zip(archive => archive.CreateEntry(name)), "leads out of its folder");

    [TestMethod]
    public void Link_in_a_zip_is_refused()
        => AssertRefused(Zip(archive => archive.CreateEntry("link").ExternalAttributes = unchecked((int)0xA1FF0000)), "is a link");

    [TestMethod]
    public void Entry_that_is_there_twice_is_refused() => AssertRefused(
        Zip(archive =>
        {
            archive.CreateEntry("a/Model.key");
            archive.CreateEntry("a\\model.key");
        }),
        "is there twice");

    [TestMethod]
    public void Zip_of_very_many_entries_is_refused() => AssertRefused(
        Zip(archive =>
        {
            for (var i = 0; i <= BundleLimits.MaxEntries; i++)
                archive.CreateEntry($"{i}");
        }),
        "4,097 entries");

    [TestMethod]
    public void Entry_that_grows_without_measure_is_refused_unread() => AssertRefused(
        Zip(archive =>
        {
            using var stream = archive.CreateEntry("bomb").Open();
            for (var i = 0; i < 64; i++)
                stream.Write(new byte[1 << 20]);
        }),
        "would grow");

    [TestMethod]
    public void Entry_that_claims_another_length_than_it_has_is_refused()
    {
        var zip = Zip(archive =>
        {
            using var stream = archive.CreateEntry("part", CompressionLevel.NoCompression).Open();
            stream.Write(new byte[1000]);
        });
        // The length in the zip's directory, 24 bytes behind its mark.
        var directory = zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(zip.AsSpan(directory + 24), 900_000);

        AssertRefused(zip, "damaged");
    }

    [TestMethod]
    public void Model_that_names_a_mapping_of_another_assembly_is_refused_before_it_is_loaded()
        => AssertRefused(Changed(Encoding.Unicode, "CDNet.MLNet, Version", "CDNet.Other, Version"), "code that does not belong to it");

    [TestMethod]
    public void Model_that_names_a_contract_of_others_is_refused_before_it_is_loaded()
        => AssertRefused(Changed(Encoding.Unicode, "CDNet.MLNet.Faces.Picture/1", "Other.MLNet.Faces.Picture/1"), "code that does not belong to it");

    [TestMethod]
    public void Model_that_names_another_assembly_for_a_stage_is_refused_before_it_is_loaded()
        => AssertRefused(Changed(Encoding.Unicode, "Microsoft.ML.Data", "Microsoft.ML.Dada"), "code that does not belong to it");

    [TestMethod]
    public void Mapping_in_other_letters_is_looked_at_too() => AssertRefused(
        Changed(Encoding.ASCII, "CustomTransformer", "cUSTOMtRANSFORMER", bytes => Replace(bytes, "CDNet.MLNet, Version", "CDNet.Other, Version", Encoding.Unicode)),
        "code that does not belong to it");

    [TestMethod]
    public void Detector_with_data_outside_of_its_file_is_refused()
    {
        var model = ModelProto.Parser.ParseFrom(MarkerDetector.Create().Onnx);
        var outside = model.Graph.Initializer[0];
        outside.DataLocation = 1;
        outside.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "../../etc/passwd" });

        var error = Assert.ThrowsExactly<InvalidDataException>(() => FaceDetectorModel.FromBytes(model.ToByteArray(), "outside.onnx"));

        StringAssert.Contains(error.Message, "outside.onnx");
        StringAssert.Contains(error.Message, "external data");
    }

    [TestMethod]
    public void Data_outside_of_the_file_is_found_wherever_it_stands()
    {
        var outside = new TensorProto { Name = "x" };
        outside.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "x.bin" });
        GraphProto Of(AttributeProto attribute)
        {
            var (graph, node) = (new GraphProto(), new NodeProto());
            node.Attribute.Add(attribute);
            graph.Node.Add(node);
            return graph;
        }
        var inAttribute = new ModelProto { Graph = Of(new AttributeProto { T = outside }) };
        var inBranch = new ModelProto { Graph = Of(new AttributeProto { G = Of(new AttributeProto { Tensors = { outside } }) }) };
        var inSparse = new ModelProto { Graph = new GraphProto { SparseInitializer = { new SparseTensorProto { Values = outside } } } };
        var inFunction = new ModelProto { Graph = new GraphProto(), Functions = { new FunctionProto { Node = { Of(new AttributeProto { T = outside }).Node } } } };
        var inTraining = new ModelProto { Graph = new GraphProto(), TrainingInfo = { new TrainingInfoProto { Algorithm = new GraphProto { Initializer = { outside } } } } };
        var compiled = new ModelProto { Graph = new GraphProto { Node = { new NodeProto { OpType = "EPContext" } } } };

        foreach (var model in new[] { inAttribute, inBranch, inSparse, inFunction, inTraining, compiled })
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => OnnxReader.Read(model.ToByteArray())).Message, "external data");
    }

    [TestMethod]
    public void Graphs_in_graphs_without_end_are_refused()
    {
        var graph = new GraphProto();
        for (var depth = 0; depth < OnnxReader.MaxDepth; depth++)
            graph = new GraphProto { Node = { new NodeProto { Attribute = { new AttributeProto { G = graph } } } } };

        Assert.ThrowsExactly<InvalidDataException>(() => OnnxReader.Read(new ModelProto { Graph = graph }.ToByteArray()));
    }

    private byte[] Changed(Encoding encoding, string from, string to, Func<byte[], byte[]>? more = null)
    {
        var path = TinyModel.Write(_folder.File("model.zip"), _folder.File("train"));
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            foreach (var entry in archive.Entries.ToArray())
            {
                using var stream = entry.Open();
                var bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                stream.Position = 0;
                stream.Write(Replace(more?.Invoke(bytes) ?? bytes, from, to, encoding));
            }
        }
        return File.ReadAllBytes(path);
    }

    private static byte[] Replace(byte[] bytes, string from, string to, Encoding encoding)
    {
        // Latin-1 keeps every byte, so that texts in any encoding can be replaced as bytes.
        string AsBytes(string text) => Encoding.Latin1.GetString(encoding.GetBytes(text));
        return Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace(AsBytes(from), AsBytes(to), StringComparison.Ordinal));
    }

    private static byte[] Zip(Action<ZipArchive> fill)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            fill(archive);
        return stream.ToArray();
    }

    private static void AssertRefused(byte[] zip, string reason)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => CDNetModel.Load(zip, "hostile.zip"));
        StringAssert.StartsWith(error.Message, "hostile.zip");
        StringAssert.Contains(error.Message, reason);
    }
}
