using CDNet.MLNet.Networks.Quantization;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Tests.Scoring;

[TestClass]
public sealed class Int8SettingsTests
{
    private static readonly float[] Shift = [0.5f, -3, 1e-8f];

    [TestMethod]
    public void Come_back_as_they_were_written_and_go()
    {
        var model = new ModelProto();
        new Int8Settings(new Dictionary<string, byte[]> { ["a"] = [0, 40, 7] }, new Dictionary<string, ActivationRange> { ["a"] = new(-1.5f, 0.1f), ["b"] = new(0, 3) }, Shift).AddTo(model);

        var read = Int8Settings.Read(model, features: 3)!;

        Assert.AreEqual((new ActivationRange(-1.5f, 0.1f), new ActivationRange(0, 3)), (read.Ranges["a"], read.Ranges["b"]));
        CollectionAssert.AreEqual(new byte[] { 0, 40, 7 }, read.ChannelFactors["a"]);
        CollectionAssert.AreEqual(Shift, read.FeatureShift);
        Assert.ThrowsExactly<InvalidDataException>(() => Int8Settings.Read(model, features: 4));
        Int8Settings.RemoveFrom(model);
        Assert.IsNull(Int8Settings.Read(model, features: 3));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("{}")]
    [DataRow("""{"ranges":{},"featureShift":"AAAAAA=="}""")]
    [DataRow("""{"channelFactors":{"a":null},"ranges":{},"featureShift":"AAAAAA=="}""")]
    [DataRow("""{"channelFactors":{"a":"?"},"ranges":{},"featureShift":"AAAAAA=="}""")]
    [DataRow("""{"channelFactors":{},"ranges":{"a":null},"featureShift":"AAAAAA=="}""")]
    [DataRow("""{"channelFactors":{},"ranges":{"a":{"least":0}},"featureShift":"AAAAAA=="}""")]
    [DataRow("""{"channelFactors":{},"ranges":{"a":{"least":0,"most":1e39}},"featureShift":"AAAAAA=="}""")]
    [DataRow("""{"channelFactors":{},"ranges":{},"featureShift":"AAAA"}""")]
    [DataRow("""{"channelFactors":{},"ranges":{},"featureShift":"?"}""")]
    [DataRow("""{"channelFactors":{},"ranges":{},"featureShift":"AADAfw=="}""")]
    public void Damaged_ones_are_refused(string text) => Assert.ThrowsExactly<InvalidDataException>(() => Int8Settings.Read(Model(text), features: 1));

    [TestMethod]
    public void Too_long_ones_are_refused_before_they_are_read()
        => StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Int8Settings.Read(Model(new string(' ', Int8Settings.MaxTextLength + 1)), features: 1)).Message, "262,145");

    private static ModelProto Model(string text)
    {
        var model = new ModelProto();
        ModelArchive.SetMetadata(model, "cdnet.int8", text);
        return model;
    }
}
