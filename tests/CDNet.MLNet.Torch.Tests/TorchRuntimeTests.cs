using System.Runtime.InteropServices;

namespace CDNet.MLNet.Torch.Tests;

/// <summary>What the process of libtorch is set up with.</summary>
[TestClass]
public sealed partial class TorchRuntimeTests
{
    [TestMethod]
    public void Libtorch_prints_errors_alone_where_nothing_else_is_asked_for()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("the variable is .NET's own there");
        var wanted = Environment.GetEnvironmentVariable(TorchRuntime.LogLevelVariable) ?? "ERROR";

        TorchRuntime.EnsureLoaded();

        // What libtorch itself sees; .NET's own copy of the environment stays as it was.
        Assert.AreEqual(wanted, Marshal.PtrToStringUTF8(GetEnv(TorchRuntime.LogLevelVariable)));
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnv(string name);
}
