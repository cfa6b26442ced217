using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CDNet.MLNet.Onnx;
using OpenCvSharp;

namespace CDNet.MLNet.Video;

/// <summary>OpenCV's native library: loaded with an error that helps, and quiet.</summary>
internal static class OpenCvLibrary
{
    private const string Name = "OpenCvSharpExtern";

    private static readonly Lazy<bool> Loaded = new(() => Load(Name));

    /// <summary>Settings that OpenCV takes from the environment. Explicit ones are left alone.</summary>
    [ModuleInitializer]
    internal static void Prepare()
    {
        // A line for every damaged packet would go to standard error; what matters is in VideoReader.Warning.
        SetDefault("OPENCV_FFMPEG_LOGLEVEL", "-8");
        SetDefault("OPENCV_LOG_LEVEL", "FATAL");
        // A slide with much sound before the next is no damage.
        SetDefault("OPENCV_FFMPEG_READ_ATTEMPTS", "1000000");

        static void SetDefault(string name, string value)
        {
            if (Environment.GetEnvironmentVariable(name) is null)
                NativeEnvironment.Set(name, value);
        }
    }

    /// <summary>What a prepared set records: OpenCV and its version, with which the FFmpeg inside changes.</summary>
    public static string Identity
    {
        get
        {
            EnsureLoaded();
            var version = Version.Parse(Cv2.GetVersionString()!.Split('-')[0]);
            return $"opencv {version.Major}.{version.Minor}";
        }
    }

    /// <exception cref="DllNotFoundException">The library is missing or does not load.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    /// <summary>Loads before OpenCvSharp does, which would write its error on standard output.</summary>
    internal static bool Load(string name)
    {
        try
        {
            NativeLibrary.Load(name, typeof(Cv2).Assembly, null);
            return true;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException($"OpenCV's native library ({name}) could not be loaded, so videos cannot be read. {Advice(e.Message)} The system says: {e.Message}", e);
        }
    }

    private static string Advice(string message)
    {
        if (message.Contains("libgtk", StringComparison.Ordinal) || message.Contains("libgdk", StringComparison.Ordinal))
            return "The system lacks GTK 3: build again with -p:CDNetAdaptOpenCv=true, or install it (Debian, Ubuntu: apt-get install libgtk-3-0).";
        var package = OperatingSystem.IsWindows() ? "OpenCvSharp4.runtime.win" : OperatingSystem.IsMacOS() ? "OpenCvSharp4.runtime.osx_arm64" : "OpenCvSharp4.official.runtime.linux-x64";
        return $"Add the package {package} in the version of OpenCvSharp4 to the application; it is for 64-bit processors (x64; arm64 on macOS).";
    }
}
