using CDNet.MLNet.Data.Models;
using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Tests.Data.Models;

[TestClass]
public sealed class ModelManifestTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Shipped_manifests_are_of_the_three_detectors_and_of_the_very_files_that_are_used_here()
    {
        var shipped = ModelManifest.Shipped;

        CollectionAssert.AreEqual(new[] { "blazeface-back", "blazeface-full-range", "blazeface-short-range" }, shipped.Select(manifest => manifest.Name).ToArray());
        Assert.IsTrue(shipped.All(manifest => manifest.Licence == "Apache-2.0" && manifest.Sources.Count > 0));
        var files = SharedData.Require("models/blazeface");
        foreach (var manifest in shipped)
        {
            Assert.IsNull(ModelStore.Fault(Path.Combine(files, manifest.File), manifest));
            Assert.AreEqual(manifest.File, FaceDetectorModel.FromFile(Path.Combine(files, manifest.File)).Name);
        }
    }

    [TestMethod]
    [DataRow("\"sha256\": \"00", "\"sha256\": \"XY", "sha256")]
    [DataRow("\"bytes\": 5", "\"bytes\": 0", "bytes")]
    [DataRow("\"file\": \"m.bin\"", "\"file\": \"../m.bin\"", "file")]
    [DataRow("https://", "http://", "sources[0].url")]
    [DataRow("\"bytes\": 5", "\"bytes\": 5, \"size\": 5", "size")]
    public void Wrong_manifest_is_refused_by_file_and_property(string right, string wrong, string property)
    {
        var text = """{"name": "m", "title": "M", "file": "m.bin", "licence": "MIT", "bytes": 5, "sha256": "HASH", "sources": [{"url": "https://a/b", "isVerified": false, "evidence": "none"}]}"""
            .Replace("HASH", new string('0', 64), StringComparison.Ordinal);
        File.WriteAllText(_folder.File("m.json"), text);
        Assert.AreEqual("m.bin", ModelManifest.Load(_folder.File("m.json")).File);
        File.WriteAllText(_folder.File("m.json"), text.Replace(right, wrong, StringComparison.Ordinal));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => ModelManifest.Load(_folder.File("m.json")));

        StringAssert.Contains(error.Message, _folder.File("m.json"));
        StringAssert.Contains(error.Message, property);
    }
}
