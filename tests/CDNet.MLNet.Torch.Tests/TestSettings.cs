using TorchSharp;

// One at a time: networks are shared.
[assembly: DoNotParallelize]

namespace CDNet.MLNet.Torch.Tests;

[TestClass]
public static class TestSettings
{
    [AssemblyInitialize]
    public static void LoadLibtorch(TestContext _)
    {
        TorchRuntime.EnsureLoaded();
        // As in ChildProcess: the other test programs train beside this one.
        torch.set_num_threads(1);
    }
}
