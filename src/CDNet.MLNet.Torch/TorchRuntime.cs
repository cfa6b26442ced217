using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch;

/// <summary>Loads libtorch with the settings that training needs, and picks the device.</summary>
internal static partial class TorchRuntime
{
    /// <summary>AppContext switch; false leaves the C library's memory allocator as it is.</summary>
    public const string TuneAllocatorSwitch = "CDNet.MLNet.Torch.TuneAllocator";

    /// <summary>Environment variable that says how much libtorch prints; errors alone where it is not set.</summary>
    public const string LogLevelVariable = "TORCH_CPP_LOG_LEVEL";

    // Parameters of glibc's mallopt.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapMax = -4;
    private const int ArenaMax = -8;

    private static readonly Lock Gate = new();
    private static bool _isReady;

    /// <summary>Loads libtorch; the first call sets up the process.</summary>
    /// <exception cref="InvalidOperationException">libtorch cannot be loaded; the message says what to install.</exception>
    public static void EnsureLoaded()
    {
        lock (Gate)
        {
            if (_isReady)
                return;
            if (AppContext.TryGetSwitch(TuneAllocatorSwitch, out var isWanted) is false || isWanted)
                KeepFreedMemory();
            // Threads that spin while they wait take half the speed as soon as anything else runs, and the batch loader does.
            if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
                NativeEnvironment.Set("OMP_WAIT_POLICY", "passive");
            if (Environment.GetEnvironmentVariable(LogLevelVariable) is null)
                NativeEnvironment.Set(LogLevelVariable, "ERROR");
            try
            {
                InitializeDeviceType(DeviceType.CPU);
            }
            catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or NotSupportedException or FileNotFoundException or BadImageFormatException)
            {
                throw new InvalidOperationException(
                    "libtorch could not be loaded, so nothing can be trained here (scoring does not need it). The application must reference a libtorch package for "
                    + $"{RuntimeInformation.RuntimeIdentifier} (TorchSharp-cpu, or libtorch-cpu-* alone); on Linux it needs a C++ runtime of GCC 13 or the build target that comes "
                    + $"with CDNet.MLNet.Torch. The loader said: {Innermost(e).Message}", e);
            }
            ReadLogLevel();
            _isReady = true;
        }
    }

    /// <summary>
    /// Has libtorch look at <see cref="LogLevelVariable"/>, which otherwise Python alone does. Where NNPACK does not know the processor it warns of that once a convolution, thousands of lines; it computes without.
    /// </summary>
    private static void ReadLogLevel()
    {
        // Another build of libtorch may not have it, and goes on warning.
        if (!OperatingSystem.IsWindows())
            NativeCall.IfOffered(InitializeLogging);
    }

    /// <summary>Picks the device by ML.NET's convention.</summary>
    /// <param name="gpuDeviceId">A CUDA device, or null for the first one where there is one and the processor elsewhere.</param>
    /// <param name="fallbackToCpu">Whether a device that is not there is replaced by the processor instead of refused.</param>
    /// <exception cref="InvalidOperationException">The device is not there.</exception>
    public static Device PickDevice(int? gpuDeviceId, bool fallbackToCpu)
    {
        EnsureLoaded();
        var count = cuda_is_available() ? cuda.device_count() : 0;
        if (gpuDeviceId is not { } id)
            return count > 0 ? new Device(DeviceType.CUDA, 0) : CPU;
        if (id >= 0 && id < count)
            return new Device(DeviceType.CUDA, id);
        return fallbackToCpu
            ? CPU
            : throw new InvalidOperationException(
                $"gpuDeviceId is {id}, but TorchSharp sees {count} CUDA devices. Reference a CUDA build of libtorch (-p:Accelerator=cuda), or set fallbackToCpu.");
    }

    /// <summary>What convolutions compute in on a device.</summary>
    public static ComputePrecision PickPrecision(TrainingPrecision precision, Device device)
    {
        var reduced = precision == TrainingPrecision.BFloat16
            || (precision == TrainingPrecision.Auto && device.type == DeviceType.CPU && HasBFloat16());
        return new ComputePrecision(reduced ? ScalarType.BFloat16 : ScalarType.Float32);
    }

    // CPUID leaf 7, subleaf 1, EAX bit 5: AVX512_BF16.
    private static bool HasBFloat16() => X86Base.IsSupported && Avx512F.IsSupported && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;

    /// <summary>
    /// glibc gives big blocks back to the system after every layer and fetches them again, page by page, for the next one. Keeping them makes
    /// a training step more than twice as fast.
    /// </summary>
    private static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux())
            return;
        // Another C library has no such setting.
        NativeCall.IfOffered(() =>
        {
            _ = MallOpt(MmapMax, 0);
            _ = MallOpt(TopPad, 64 << 20);
            _ = MallOpt(ArenaMax, 1);
            _ = MallOpt(TrimThreshold, -1);
        });
    }

    /// <summary>Gives the kept memory back to the system, when a fit is over.</summary>
    public static void ReleaseFreedMemory()
    {
        // With another C library nothing was kept.
        if (OperatingSystem.IsLinux())
            NativeCall.IfOffered(() => _ = MallocTrim(0));
    }

    private static Exception Innermost(Exception e)
    {
        while (e is TypeInitializationException or TargetInvocationException && e.InnerException is { } inner)
            e = inner;
        return e;
    }

    // c10::initLogging()
    [LibraryImport("c10", EntryPoint = "_ZN3c1011initLoggingEv")]
    private static partial void InitializeLogging();

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);
}
