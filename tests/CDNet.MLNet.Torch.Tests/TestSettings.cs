// One at a time: a training step uses every processor already.
[assembly: DoNotParallelize]

namespace CDNet.MLNet.Torch.Tests;

[TestClass]
public static class TestSettings
{
    [AssemblyInitialize]
    public static void LoadLibtorch(TestContext _) => TorchRuntime.EnsureLoaded();
}
