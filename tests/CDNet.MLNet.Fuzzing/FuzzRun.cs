using System.Diagnostics;
using System.Text;

namespace CDNet.MLNet.Fuzzing;

/// <summary>What came of a run.</summary>
/// <param name="Reader">The reader.</param>
/// <param name="Executions">Inputs that were read.</param>
/// <param name="Seconds">How long that took.</param>
/// <param name="Outcomes">Different ways in which they were taken or refused.</param>
/// <param name="Branches">Different branches that they took; null where the code is not instrumented.</param>
/// <param name="Finds">Files of inputs that should not have ended as they did.</param>
/// <param name="PeakBytes">Most managed bytes that one input made the reader allocate.</param>
internal sealed record FuzzResult(string Reader, long Executions, double Seconds, int Outcomes, int? Branches, IReadOnlyList<string> Finds, long PeakBytes);

/// <summary>Reads mutated inputs; those that end in a new way, or take new branches where these are counted, become the parents of further ones.</summary>
internal sealed class FuzzRun
{
    /// <summary>An input that takes longer hangs; the first one has twelve times as long, because programs are loaded and compiled then.</summary>
    public static readonly TimeSpan HangAfter = TimeSpan.FromSeconds(5);

    private const int MaxParents = 4096;
    private const int MaxFinds = 20;

    private readonly Reader _reader;
    private readonly string _output;
    private readonly BranchCoverage? _coverage;
    private readonly Random _random;
    private readonly List<byte[]> _parents = [];
    private readonly HashSet<string> _outcomes = [];
    private readonly Dictionary<string, string> _finds = [];
    private long _executions;
    private long _peak;
    private long _started;
    private byte[]? _current;

    /// <param name="reader">The reader.</param>
    /// <param name="seed">Seed of all changes.</param>
    /// <param name="output">The folder for inputs that end as they should not.</param>
    /// <param name="coverage">Counts branches; null where the code is not instrumented.</param>
    public FuzzRun(Reader reader, int seed, string output, BranchCoverage? coverage) => (_reader, _random, _output, _coverage) = (reader, new Random(seed), output, coverage);

    /// <summary>Runs.</summary>
    /// <param name="executions">Most inputs.</param>
    /// <param name="limit">Most time.</param>
    public FuzzResult Run(long executions, TimeSpan limit)
    {
        // What comes out of a native callback ends the process; the input is kept.
        AppDomain.CurrentDomain.UnhandledException += (_, _) => Console.Error.WriteLine($"{_reader.Name}: CRASH after {_executions:N0} executions: {Save("crash", _current ?? [])}");
        var clock = Stopwatch.StartNew();
        var work = Task.Factory.StartNew(() => Loop(executions, limit, clock), TaskCreationOptions.LongRunning);
        while (!work.Wait(TimeSpan.FromSeconds(1)))
        {
            var started = Interlocked.Read(ref _started);
            if (started != 0 && Stopwatch.GetElapsedTime(started) > HangAfter * (_executions > 1 ? 1 : 12) && _current is { } input)
            {
                // A thread cannot be ended from outside: the process goes, with its report.
                Console.Error.WriteLine($"{_reader.Name}: HANG after {_executions:N0} executions: {Save("hang", input)}");
                Environment.Exit(3);
            }
        }
        return new FuzzResult(_reader.Name, _executions, clock.Elapsed.TotalSeconds, _outcomes.Count, _coverage?.Branches, [.. _finds.Values], _peak);
    }

    private void Loop(long executions, TimeSpan limit, Stopwatch clock)
    {
        foreach (var folder in new[] { "Regressions", "Corpus" })
        {
            var path = Path.Combine(AppContext.BaseDirectory, folder, _reader.Name);
            if (Directory.Exists(path))
                _parents.AddRange(Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).Select(File.ReadAllBytes));
        }
        _parents.AddRange(_reader.Seeds());
        if (_parents.Count == 0)
            throw new InvalidOperationException($"{_reader.Name}: no corpus.");
        foreach (var parent in _parents.ToArray())
            Execute(parent);
        var mutator = new Mutator(_random, _reader.Words);
        while (_executions < executions && clock.Elapsed < limit && _finds.Count < MaxFinds)
        {
            var input = mutator.Change(_parents[_random.Next(_parents.Count)], _parents[_random.Next(_parents.Count)]);
            if (_reader.Repair is { } repair && _random.Next(4) > 0)
                input = repair(input);
            if (Execute(input) && _parents.Count < MaxParents)
                _parents.Add(input);
        }
    }

    /// <summary>Reads an input.</summary>
    /// <returns>Whether it ended in a way that is new, or took branches that are.</returns>
    private bool Execute(byte[] input)
    {
        _executions++;
        _current = input;
        var before = GC.GetAllocatedBytesForCurrentThread();
        Interlocked.Exchange(ref _started, Stopwatch.GetTimestamp());
        Exception? thrown = null;
        if (_coverage is not null)
            BranchCoverage.Begin();
        try
        {
            _reader.Read(input);
        }
        catch (Exception e)
        {
            thrown = e;
        }
        var hasNewBranches = _coverage?.End() ?? false;
        Interlocked.Exchange(ref _started, 0);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        _peak = Math.Max(_peak, allocated);
        if (thrown is not null && !_reader.Allowed.Any(type => type.IsInstanceOfType(thrown)))
            Find($"{thrown.GetType().Name} {Place(thrown)}", thrown.ToString(), input);
        else if (allocated > _reader.MaxAllocation)
            Find("memory", $"{allocated:N0} bytes for an input of {input.Length:N0}; at most {_reader.MaxAllocation:N0}.", input);
        var isNewOutcome = _outcomes.Add(thrown is null ? "taken" : $"{thrown.GetType().Name} {Letters(thrown)}");
        // Messages that quote an input are new without end; branches are not.
        return _coverage is null ? isNewOutcome : hasNewBranches;
    }

    private void Find(string kind, string what, byte[] input)
    {
        if (_finds.ContainsKey(kind))
            return;
        _finds[kind] = Save($"{_finds.Count:00}", input);
        Console.Error.WriteLine($"{_reader.Name}: {kind} at execution {_executions:N0}: {_finds[kind]}\n{what}\n");
    }

    private string Save(string name, byte[] input)
    {
        Directory.CreateDirectory(_output);
        var path = Path.Combine(_output, $"{_reader.Name}-{name}.bin");
        File.WriteAllBytes(path, input);
        return path;
    }

    // The same fault is one find: by the innermost place in this project.
    private static string Place(Exception e) => e.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("CDNet", StringComparison.Ordinal))?.Trim() ?? "";

    // Two messages that differ in numbers and quoted text are one outcome.
    private static string Letters(Exception e)
    {
        var letters = new StringBuilder();
        foreach (var letter in e.Message.Take(300).Where(letter => char.IsAsciiLetter(letter) || letter is ' ' or ':'))
            letters.Append(letter);
        return letters.Length > 60 ? letters.ToString(letters.Length - 60, 60) : letters.ToString();
    }
}
