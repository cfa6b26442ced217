using System.Diagnostics;
using System.Reflection;
using SharpFuzz;

namespace CDNet.MLNet.Fuzzing;

/// <summary>This program with the project's own assemblies instrumented, in a folder of its own.</summary>
internal static class InstrumentedCopy
{
    private static readonly string[] Assemblies = ["CDNet.MLNet", "CDNet.MLNet.Torch", "CDNet.MLNet.Video", "cdnet"];

    /// <summary>Whether this process runs from such a copy.</summary>
    public static bool IsThis { get; } = Assembly.Load(Assemblies[0]).GetReferencedAssemblies().Any(assembly => assembly.Name == typeof(SharpFuzz.Common.Trace).Assembly.GetName().Name);

    /// <summary>Makes a copy, and runs it with the same arguments.</summary>
    /// <returns>Its exit code.</returns>
    public static int Run(string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("cdnet-fuzz-instrumented-");
        try
        {
            foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(file => Path.GetExtension(file) is ".dll" or ".json"))
                File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            // Native libraries are large, and nothing in there is changed.
            foreach (var part in Directory.EnumerateDirectories(AppContext.BaseDirectory))
                Directory.CreateSymbolicLink(Path.Combine(folder.FullName, Path.GetFileName(part)), part);
            foreach (var assembly in Assemblies)
                Fuzzer.Instrument(Path.Combine(folder.FullName, assembly + ".dll"), _ => true, Options.Value);
            using var process = Process.Start("dotnet", [Path.Combine(folder.FullName, typeof(InstrumentedCopy).Assembly.GetName().Name + ".dll"), .. arguments]);
            process.WaitForExit();
            return process.ExitCode;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
