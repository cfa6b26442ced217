using CDNet.MLNet.Torch.Training.Checkpoints;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Tests.Training.Checkpoints;

[TestClass]
public sealed class SafetensorsTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Tensors_and_texts_come_back_whatever_their_layout()
    {
        using var scope = NewDisposeScope();
        var transposed = arange(6, ScalarType.Float32).reshape(2, 3).transpose(0, 1);
        var tensors = new Dictionary<string, Tensor> { ["a"] = transposed, ["b"] = tensor(new[] { long.MinValue, 7 }), ["c"] = tensor(float.NaN), ["d"] = zeros(0) };
        var path = _folder.File("x.safetensors");

        Safetensors.Write(path, new Dictionary<string, string> { ["text"] = "ä \"\n" }, tensors);
        var (metadata, read) = Safetensors.Read(path);

        Assert.AreEqual("ä \"\n", metadata["text"]);
        CollectionAssert.AreEqual(new long[] { 3, 2 }, read["a"].shape);
        CollectionAssert.AreEqual(new float[] { 0, 3, 1, 4, 2, 5 }, read["a"].data<float>().ToArray());
        CollectionAssert.AreEqual(new[] { long.MinValue, 7 }, read["b"].data<long>().ToArray());
        Assert.IsTrue(float.IsNaN(read["c"].item<float>()));
        Assert.AreEqual(0, read["d"].numel());
        Assert.IsFalse(File.Exists(path + ".partial"));
    }

    [TestMethod]
    public void The_file_is_laid_out_as_the_format_says()
    {
        var path = _folder.File("x.safetensors");
        using var two = tensor(new[] { 1f, 2f });

        Safetensors.Write(path, new Dictionary<string, string>(), new Dictionary<string, Tensor> { ["w"] = two });

        var file = File.ReadAllBytes(path);
        var length = (int)BitConverter.ToUInt64(file);
        var header = System.Text.Json.Nodes.JsonNode.Parse(file.AsSpan(8, length))!;
        Assert.AreEqual("""{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", header["w"]!.ToJsonString());
        CollectionAssert.AreEqual(BitConverter.GetBytes(1f).Concat(BitConverter.GetBytes(2f)).ToArray(), file[(8 + length)..]);
    }

    [TestMethod]
    public void A_file_that_is_cut_or_changed_anywhere_is_refused_by_name()
    {
        var path = _folder.File("x.safetensors");
        using var some = arange(10, ScalarType.Float32);
        Safetensors.Write(path, new Dictionary<string, string> { ["state"] = "{\"Epoch\":3}" }, new Dictionary<string, Tensor> { ["w"] = some });
        var whole = File.ReadAllBytes(path);

        for (var i = 0; i < whole.Length; i++)
        {
            Refused(whole[..i], $"cut at {i}");
            var changed = (byte[])whole.Clone();
            changed[i] ^= 0x01;
            Refused(changed, $"byte {i} changed");
        }

        void Refused(byte[] bytes, string what)
        {
            File.WriteAllBytes(path, bytes);
            var error = Assert.ThrowsExactly<InvalidDataException>(() => Safetensors.Read(path), what);
            StringAssert.Contains(error.Message, path);
        }
    }
}
