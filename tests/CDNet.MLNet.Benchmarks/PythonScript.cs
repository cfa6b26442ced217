using System.ComponentModel;
using System.Diagnostics;

namespace CDNet.MLNet.Benchmarks;

/// <summary>A script of this folder, run by a Python that has what it imports.</summary>
internal sealed class PythonScript
{
    private readonly string _python;
    private readonly string _path;

    private PythonScript(string python, string name) => (_python, _path) = (python, Path.Combine(AppContext.BaseDirectory, name));

    /// <summary>Looks for a Python that can run a script; null, with a word on standard error, where there is none.</summary>
    /// <param name="name">The script.</param>
    /// <param name="modules">What it imports, each with Debian's package.</param>
    public static PythonScript? Find(string name, params (string Module, string Package)[] modules)
    {
        var import = "import " + string.Join(", ", modules.Select(module => module.Module));
        // Debian's packages belong to the system's python, which need not be the first on the path.
        foreach (var python in new[] { "/usr/bin/python3", "python3" })
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(python, ["-c", import]) { RedirectStandardError = true })!;
                process.WaitForExit();
                if (process.ExitCode == 0)
                    return new PythonScript(python, name);
            }
            catch (Win32Exception)
            {
                // No such program.
            }
        }
        Console.Error.WriteLine(
            $"No python3 here can {import} (Debian: apt-get install {string.Join(' ', modules.Select(module => module.Package))}); {name} is left out.");
        return null;
    }

    /// <summary>Runs it.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it reads from standard input.</param>
    /// <returns>The last line that it printed.</returns>
    /// <exception cref="InvalidOperationException">It ended with an error.</exception>
    public string Run(IEnumerable<string> arguments, string input = "") => RunProcess(_python, [_path, .. arguments], input);

    /// <summary>Runs a program.</summary>
    /// <inheritdoc cref="Run"/>
    public static string RunProcess(string program, string[] arguments, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Trim().Split('\n')[^1] : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
