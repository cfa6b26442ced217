using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace CDNet.MLNet.Torch;

/// <summary>Runs work on a thread whose memory comes from the process's main heap.</summary>
/// <remarks>
/// glibc ties each thread to one of several heaps. All but the main one end at 64 MB; a block above that is fetched from the system and given back each
/// time, whatever <c>mallopt</c> was told, and the activations of a batch are such blocks. A training step on the main heap is more than twice as fast.
/// New threads are given the heaps in turn, so some are started until one has got the main one.
/// </remarks>
internal static class MainHeapThread
{
    private const int MostThreads = 256;

    /// <summary>Runs the work: here where this thread will do or no other can be had, else on a thread of its own while this one waits.</summary>
    public static T Run<T>(Func<T> work)
    {
        if (!OperatingSystem.IsLinux() || MainHeap() is null || IsOnMainHeap())
            return work();
        using var search = new Search<T>(work);
        return search.Run();
    }

    /// <summary>Whether small blocks of this thread lie in what the system calls the process's heap.</summary>
    internal static unsafe bool IsOnMainHeap()
    {
        var block = NativeMemory.Alloc(64);
        try
        {
            return MainHeap() is var (start, end) && (ulong)block >= start && (ulong)block < end;
        }
        finally
        {
            NativeMemory.Free(block);
        }
    }

    private static (ulong Start, ulong End)? MainHeap()
    {
        const string Maps = "/proc/self/maps";
        if (!File.Exists(Maps) || File.ReadLines(Maps).FirstOrDefault(line => line.EndsWith("[heap]", StringComparison.Ordinal)) is not { } heap)
            return null;
        var ends = heap[..heap.IndexOf(' ', StringComparison.Ordinal)].Split('-');
        return (ulong.Parse(ends[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), ulong.Parse(ends[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    /// <summary>Threads that wait until it is known which of them works.</summary>
    private sealed class Search<T>(Func<T> work) : IDisposable
    {
        private readonly ManualResetEventSlim _isDecided = new();
        private readonly List<Thread> _threads = [];
        private T? _result;
        private bool _hasRun;
        private ExceptionDispatchInfo? _failure;

        public T Run()
        {
            for (var isFound = false; !isFound && _threads.Count < MostThreads;)
            {
                using var isKnown = new ManualResetEventSlim();
                var thread = new Thread(() =>
                {
                    var isMine = isFound = IsOnMainHeap();
                    isKnown.Set();
                    if (isMine)
                        Work();
                    else
                        // A thread that ended would hand its heap to the next one.
                        _isDecided.Wait();
                })
                { IsBackground = true };
                _threads.Add(thread);
                thread.Start();
                isKnown.Wait();
            }
            _isDecided.Set();
            foreach (var thread in _threads)
                thread.Join();
            // None of them: then this thread is as good.
            if (!_hasRun)
                return work();
            _failure?.Throw();
            return _result!;
        }

        public void Dispose() => _isDecided.Dispose();

        private void Work()
        {
            _hasRun = true;
            try
            {
                _result = work();
            }
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }
        }
    }
}
