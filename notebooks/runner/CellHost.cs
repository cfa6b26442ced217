using System.Reflection;
using System.Runtime.Loader;
using CDNet.Notebooks.Cells;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Scripting.Hosting;

namespace CDNet.Notebooks;

/// <summary>Runs the cells of a notebook one after the other as C# scripts, each with what those before it declared. The packages are those of this program.</summary>
internal sealed class CellHost
{
    // What .NET Interactive imports.
    private static readonly string[] Imports = ["System", "System.Text", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq"];

    private readonly InteractiveAssemblyLoader _loader = new();
    private readonly ScriptOptions _options;
    private ScriptState<object>? _state;

    public CellHost()
    {
        var paths = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        // A cell must see the types of this process, not those of a second copy of the file.
        foreach (var path in paths)
            _loader.RegisterDependency(AssemblyLoadContext.Default.LoadFromAssemblyName(AssemblyName.GetAssemblyName(path)));
        _options = ScriptOptions.Default
            .WithReferences(paths.Select(path => MetadataReference.CreateFromFile(path)))
            .WithImports(Imports)
            .WithLanguageVersion(LanguageVersion.Latest)
            .WithOptimizationLevel(OptimizationLevel.Release);
    }

    /// <summary>Runs a cell; its lines that name packages are left out.</summary>
    /// <returns>What it printed and showed.</returns>
    public async Task<IReadOnlyList<CellOutput>> RunAsync(Cell cell)
    {
        var code = string.Join('\n', cell.Source.Split('\n').Where(line => !CellProgram.IsPackage(line)));
        var console = Console.Out;
        var recorder = new OutputRecorder();
        Console.SetOut(recorder);
        OutputRecorder.Current = recorder;
        try
        {
            _state = _state is null
                ? await CSharpScript.Create(code, _options, assemblyLoader: _loader).RunAsync()
                : await _state.ContinueWithAsync(code, _options);
            return recorder.Outputs;
        }
        finally
        {
            OutputRecorder.Current = null;
            Console.SetOut(console);
        }
    }
}
