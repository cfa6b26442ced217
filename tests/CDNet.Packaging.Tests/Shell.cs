using System.Diagnostics;
using System.Text;

namespace CDNet.Packaging.Tests;

/// <summary>Runs commands as a user does, outside of the repository.</summary>
internal static class Shell
{
    /// <summary>The folder of the dotnet that runs the tests, for programs that look for it.</summary>
    private static readonly string DotnetRoot = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));

    /// <summary>Runs a command to its end.</summary>
    /// <returns>Exit code, standard output and standard error.</returns>
    public static (int Code, string Output, string Errors) Run(string folder, string program, params string[] arguments)
    {
        using var process = Start(folder, program, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(10)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end within 10 minutes");
        }
        process.WaitForExit();
        return (process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Runs a command that must succeed.</summary>
    /// <returns>Its standard output.</returns>
    public static string Do(string folder, string program, params string[] arguments)
    {
        var (code, output, errors) = Run(folder, program, arguments);
        Assert.AreEqual(0, code, $"{program} {string.Join(' ', arguments)}\n{output}\n{errors}");
        return output;
    }

    /// <summary>Starts a command with its output redirected.</summary>
    public static Process Start(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8,
        };
        // What the build that started the tests has set is not there where a user sits.
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in Feed.Settings)
            start.Environment[name] = value;
        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        start.Environment["PATH"] = DotnetRoot + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        // Two programs that train at the same time do not wait for each other's threads.
        start.Environment.TryAdd("OMP_NUM_THREADS", "1");
        // No build server stays behind and holds files of the folder.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        return Process.Start(start)!;
    }
}
