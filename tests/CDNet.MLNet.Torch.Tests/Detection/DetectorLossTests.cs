using CDNet.MLNet.Torch.Detection;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Tests.Detection;

[TestClass]
public sealed class DetectorLossTests
{
    [TestMethod]
    public void Loss_of_three_cells_by_hand()
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        // A face with logit 0, no face with logit 0, and a cell that does not count with logit 9. The face's places are all 0.1 of its side off.
        var outputs = zeros(1, 3, 17);
        outputs[0, 2, 0] = 9f;
        var offsets = zeros(1, 3, 16);
        offsets[0, 0] = full([16], 0.05f);
        var labels = tensor(new[] { 1f, 0f, -1f }).reshape(1, 3);
        var sides = tensor(new[] { 0.5f, 1f, 1f }).reshape(1, 3);

        var loss = DetectorLoss.Of(outputs, labels, offsets, sides).item<float>();

        // Focal loss: (0.25 + 0.75) * 0.5^2 * ln 2. Distance 0.1 beyond 0.01: 0.1 - 0.005, ten times.
        Assert.AreEqual(0.25 * Math.Log(2) + 10 * 0.095, loss, 1e-5);
    }

    [TestMethod]
    public void Scene_without_a_face_has_a_finite_loss()
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();

        var loss = DetectorLoss.Of(zeros(1, 4, 17), zeros(1, 4), zeros(1, 4, 16), ones(1, 4)).item<float>();

        Assert.AreEqual(4 * 0.75 * 0.25 * Math.Log(2), loss, 1e-5);
    }
}
