using TorchSharp;

// One at a time: networks are shared.
[assembly: DoNotParallelize]

namespace CDNet.MLNet.Torch.Tests;

[TestClass]
public static class TestSettings
{
    private static DisposeScope? s_scope;

    [AssemblyInitialize]
    public static void LoadLibtorch(TestContext _)
    {
        TorchRuntime.EnsureLoaded();
        // As in ChildProcess: the other test programs train beside this one.
        torch.set_num_threads(1);
    }

    /// <summary>Tensors in the middle of expressions go when the test ends, not when the collector finds them.</summary>
    [GlobalTestInitialize]
    public static void HoldTensors(TestContext _) => s_scope = torch.NewDisposeScope();

    [GlobalTestCleanup]
    public static void FreeTensors(TestContext _) => s_scope?.Dispose();
}
