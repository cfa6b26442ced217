using System.Runtime.InteropServices;

namespace CDNet.MLNet.Torch.Tests;

[TestClass]
public sealed class MainHeapThreadTests
{
    [TestMethod]
    public void Regression_training_on_a_thread_of_the_pool_fetched_its_memory_anew_in_every_step()
    {
        if (!OperatingSystem.IsLinux() || !RuntimeInformation.RuntimeIdentifier.StartsWith("linux-", StringComparison.Ordinal)
            || RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal))
            Assert.Inconclusive("Only glibc has several heaps.");

        var faults = Task.Run(() => MainHeapThread.Run(() =>
        {
            TouchBlock();
            var before = PageFaults();
            for (var i = 0; i < 5; i++)
                TouchBlock();
            return PageFaults() - before;
        })).Result;

        // Fetched anew, five blocks of 100 MB are 128,000 pages of 4 KB.
        Assert.IsLessThan(20_000, faults);
    }

    [TestMethod]
    public void Results_and_exceptions_come_back()
    {
        Assert.AreEqual(7, Task.Run(() => MainHeapThread.Run(() => 7)).Result);
        Assert.IsNull(Task.Run(() => MainHeapThread.Run<string?>(() => null)).Result);
        var error = Assert.ThrowsExactly<AggregateException>(() => Task.Run(() => MainHeapThread.Run<int>(() => throw new InvalidDataException("broken"))).Result);
        Assert.AreEqual("broken", Assert.IsInstanceOfType<InvalidDataException>(error.InnerException).Message);
    }

    [TestMethod]
    public void Work_runs_once()
    {
        var runs = 0;
        Parallel.For(0, 8, _ => MainHeapThread.Run(() => Interlocked.Increment(ref runs)));
        Assert.AreEqual(8, runs);
    }

    private static unsafe void TouchBlock()
    {
        const int Bytes = 100 << 20;
        var block = (byte*)NativeMemory.Alloc(Bytes);
        for (var i = 0; i < Bytes; i += 4096)
            block[i] = 1;
        NativeMemory.Free(block);
    }

    // The tenth field of the process's statistics: pages that had to be mapped.
    private static long PageFaults()
    {
        var text = File.ReadAllText("/proc/thread-self/stat");
        return long.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[7], System.Globalization.CultureInfo.InvariantCulture);
    }
}
