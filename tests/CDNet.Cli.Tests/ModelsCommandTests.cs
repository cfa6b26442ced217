namespace CDNet.Cli.Tests;

[TestClass]
public sealed class ModelsCommandTests
{
    [TestMethod]
    public void Show_tells_what_a_model_consists_of_and_how_it_was_trained()
    {
        var (code, json, errors) = Cdnet.RunJson("models", "show", Cdnet.Model, "--json");

        Assert.AreEqual(0, code, errors);
        Assert.AreEqual("marker.onnx", json.GetProperty("detector").GetString());
        Assert.AreEqual(200, json.GetProperty("features").GetInt32());
        Assert.AreEqual(20, json.GetProperty("training").GetProperty("trainingRows").GetInt32() + json.GetProperty("training").GetProperty("validationRows").GetInt32());
    }

    [TestMethod]
    public void Table_shows_the_same_to_a_person()
    {
        var (code, output, _) = Cdnet.Run("models", "show", Cdnet.Model);

        Assert.AreEqual(0, code);
        StringAssert.Contains(output, "marker.onnx");
        StringAssert.Contains(output, "training: trainingRows");
    }
}
