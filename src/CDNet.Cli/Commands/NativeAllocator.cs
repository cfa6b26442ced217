using System.Runtime.InteropServices;
using CDNet.MLNet;

namespace CDNet.Cli.Commands;

/// <summary>Settings of the C library's allocator, for commands that go through many rows.</summary>
internal static partial class NativeAllocator
{
    // M_ARENA_MAX of glibc's mallopt.
    private const int ArenaMax = -8;

    /// <summary>
    /// At most two arenas. By default each new thread may get one of its own, up to eight a processor, and what is freed in one is of no use to the others: so the memory of a scoring grew with
    /// its length. Where the C library is not glibc nothing happens. Training does without: it counts on which thread has which arena.
    /// </summary>
    public static void LimitArenas()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("MALLOC_ARENA_MAX") is null)
            NativeCall.IfOffered(() => _ = SetOption(ArenaMax, 2));
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
