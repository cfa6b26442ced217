using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CDNet.MLNet.Onnx;

/// <summary>Environment that native libraries read when they load; .NET's own setter does not reach them on Unix.</summary>
internal static partial class NativeEnvironment
{
    [ModuleInitializer]
    internal static void Prepare()
    {
        // ONNX Runtime reports usage by default on some systems; pictures of people are looked at here. An explicit setting is left alone.
        if (Environment.GetEnvironmentVariable("ORT_DISABLE_TELEMETRY") is null)
            Set("ORT_DISABLE_TELEMETRY", "1");
    }

    /// <summary>Sets a variable for native code of this process; does nothing where the C library does not offer it.</summary>
    public static void Set(string name, string value)
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.SetEnvironmentVariable(name, value);
            return;
        }
        NativeCall.IfOffered(() => _ = SetEnv(name, value, 1));
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
