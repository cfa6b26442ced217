using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace CDNet.MLNet.Video.Ffmpeg;

/// <summary>A program that runs as a child process: without a shell and without input, ended when it stalls, when the reading is stopped, and when it is disposed of.</summary>
internal sealed class ChildProgram : IDisposable
{
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(10);

    private readonly string _program;
    private readonly double _stallSeconds;
    private readonly CancellationToken _cancellation;
    private readonly Process _process;
    private readonly Stream _output;
    private readonly Task _errors;
    private readonly Timer _watch;
    private readonly CancellationTokenRegistration _stop;
    private StreamReader? _lines;
    private string? _firstError;
    private TimeSpan _cpu;
    private long _lastSign = Environment.TickCount64;
    private volatile bool _isAwaited;
    private volatile bool _hasStalled;

    private ChildProgram(string program, Process process, double stallSeconds, Action<string?>? onError, CancellationToken cancellation)
    {
        (_program, _process, _stallSeconds, _cancellation) = (program, process, stallSeconds, cancellation);
        _output = process.StandardOutput.BaseStream;
        _errors = Task.Factory.StartNew(() => ReadErrors(onError), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var period = TimeSpan.FromSeconds(Math.Min(1, stallSeconds / 4));
        _watch = new Timer(_ => Watch(), null, period, period);
        _stop = cancellation.Register(Kill);
    }

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">What it is given, each as it stands.</param>
    /// <param name="stallSeconds">After how long without output and without work it is ended while somebody waits for it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="onError">Told of each line of its standard error, and by null of the end, on another thread.</param>
    /// <exception cref="InvalidOperationException">It is not there, or may not be run.</exception>
    public static ChildProgram Start(string program, IEnumerable<string> arguments, double stallSeconds, CancellationToken cancellation, Action<string?>? onError = null)
    {
        cancellation.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        // Neither colours in the messages nor a report file in the working folder.
        start.Environment["AV_LOG_FORCE_NOCOLOR"] = "1";
        start.Environment.Remove("FFREPORT");
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return new ChildProgram(program, process, stallSeconds, onError, cancellation);
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"the program {program} cannot be started: {e.Message}.", e);
        }
    }

    /// <summary>The first line of its standard error; waits for its end.</summary>
    public string? FirstError()
    {
        Await(() => _errors.Wait(TimeToEnd));
        return Volatile.Read(ref _firstError);
    }

    /// <summary>The next line of its output, or null at the end.</summary>
    public string? ReadLine()
    {
        _lines ??= new StreamReader(_output, Encoding.UTF8);
        return Await(_lines.ReadLine);
    }

    /// <summary>Fills a buffer from its output; false where the output ends before.</summary>
    public bool Read(Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var rest = buffer;
            var count = Await(() => _output.Read(rest.Span));
            if (count == 0)
                return false;
            buffer = buffer[count..];
        }
        return true;
    }

    /// <summary>Waits for something that the program does.</summary>
    /// <exception cref="OperationCanceledException">The reading was stopped.</exception>
    /// <exception cref="InvalidDataException">The program stalled and was ended.</exception>
    public T Await<T>(Func<T> wait)
    {
        Sign();
        _isAwaited = true;
        T result;
        try
        {
            result = wait();
        }
        finally
        {
            _isAwaited = false;
        }
        _cancellation.ThrowIfCancellationRequested();
        return _hasStalled ? throw new InvalidDataException($"{_program} gave nothing and did nothing for {_stallSeconds:0.#} s, and was ended") : result;
    }

    private void ReadErrors(Action<string?>? onError)
    {
        while (_process.StandardError.ReadLine() is { } line)
        {
            Sign();
            _firstError ??= line;
            onError?.Invoke(line);
        }
        onError?.Invoke(null);
    }

    private void Sign() => Volatile.Write(ref _lastSign, Environment.TickCount64);

    /// <summary>A program that nobody waits for may rest, and one that works may take its time.</summary>
    private void Watch()
    {
        try
        {
            _process.Refresh();
            var cpu = _process.TotalProcessorTime;
            if (!_isAwaited || cpu != _cpu)
                Sign();
            _cpu = cpu;
            if (Environment.TickCount64 - Volatile.Read(ref _lastSign) < 1000 * _stallSeconds)
                return;
            _hasStalled = true;
            Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or NotSupportedException)
        {
            // It has ended: whoever waits sees the end of its output.
        }
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended by itself.
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _watch.Dispose();
        Kill();
        // Waited for, so that the system does not keep its entry.
        _process.WaitForExit(TimeToEnd);
        _errors.Wait(TimeToEnd);
        _lines?.Dispose();
        _process.Dispose();
    }
}
