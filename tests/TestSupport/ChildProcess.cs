using System.Diagnostics;

namespace CDNet.TestSupport;

/// <summary>Runs a program of this solution as a process of its own.</summary>
public static class ChildProcess
{
    /// <summary>The folder that the tests were built in.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The file of a program that was built beside the tests, in the same configuration.</summary>
    public static string Find(string project, string assembly)
    {
        // .../PROJECT/bin/CONFIGURATION/net10.0/
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var (framework, configuration) = (output.Name, output.Parent!.Name);
        return Path.Combine(Repository, project, "bin", configuration, framework, assembly + ".dll");
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
            folder = folder.Parent!;
        return folder.FullName;
    }

    /// <summary>Runs a program to its end, at most five minutes unless told otherwise.</summary>
    public static (int Code, string Output, string Errors) Run(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, int timeoutSeconds = 300)
    {
        using var process = Start(program, arguments, environment);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(timeoutSeconds)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{Path.GetFileName(program)} did not end within {timeoutSeconds} s");
        }
        process.WaitForExit();
        return (process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Starts a program with its output redirected.</summary>
    public static Process Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Other tests train at the same time. Threads of a step wait for each other after every layer, and where each of two programs has as many as there are processors, they wait for the other program's too.
        start.Environment.TryAdd("OMP_NUM_THREADS", "1");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Asks a process to end, as a shell or a scheduler does, and makes sure that it does within a minute. Not on Windows.</summary>
    /// <remarks>By SIGTERM, which the command line treats like Ctrl+C: a shell that starts the tests in the background has SIGINT ignored in all that they start.</remarks>
    public static void Interrupt(Process process)
    {
        Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();
        _ = Task.Delay(TimeSpan.FromMinutes(1)).ContinueWith(
            _ =>
            {
                try
                {
                    process.Kill(entireProcessTree: true);
                }
                catch (InvalidOperationException)
                {
                    // It ended, as it should.
                }
            },
            TaskScheduler.Default);
    }
}
