using System.Runtime.InteropServices;

namespace CDNet.MLNet.Torch.Tests;

/// <summary>What the process of libtorch is set up with.</summary>
[TestClass]
public sealed class TorchRuntimeTests
{
    // Of INFO, WARNING, ERROR and FATAL.
    private const int Error = 2;

    [TestMethod]
    public void Libtorch_prints_errors_alone_where_nothing_else_is_asked_for()
    {
        if (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable(TorchRuntime.LogLevelVariable) is not null)
            Assert.Inconclusive($"not set on Windows, nor where {TorchRuntime.LogLevelVariable} is");

        TorchRuntime.EnsureLoaded();

        var library = NativeLibrary.Load("c10", typeof(TorchRuntime).Assembly, null);
        Assert.AreEqual(Error, Marshal.ReadInt32(NativeLibrary.GetExport(library, "FLAGS_caffe2_log_level")));
    }
}
