using System.Reflection;

namespace CDNet.MLNet.Scoring.Bundles;

/// <summary>The code that a model may name: ML.NET's own assemblies, and for mappings of a user's this library.</summary>
/// <remarks>
/// ML.NET loads whatever assembly a stage names, if it lies beside the program, and runs what that assembly registers with ML.NET. Nothing can come out of the zip itself, but a zip
/// must not choose among the assemblies of an application either.
/// </remarks>
internal static class StageRules
{
    // The stage that stands for a function; its own part names the function's contract and from this version on its assembly.
    private const string CustomMapping = "CustomTransformer";
    private const uint NamesAssembly = 0x00010002;

    private static readonly HashSet<string> Stages = new(StringComparer.OrdinalIgnoreCase)
    {
        "Microsoft.ML.Core", "Microsoft.ML.CpuMath", "Microsoft.ML.Data", "Microsoft.ML.DataView", "Microsoft.ML.ImageAnalytics", "Microsoft.ML.KMeansClustering",
        "Microsoft.ML.OnnxTransformer", "Microsoft.ML.PCA", "Microsoft.ML.StandardTrainers", "Microsoft.ML.Transforms", "Microsoft.ML.FastTree", "Microsoft.ML.LightGbm",
    };

    private static readonly string Own = typeof(StageRules).Assembly.GetName().Name!;

    /// <summary>Refuses a stage that names other code.</summary>
    /// <exception cref="InvalidDataException">It does; the message names the code.</exception>
    public static void Check(StageHeader stage)
    {
        if (stage.Assembly is { } assembly && !Stages.Contains(NameOf(assembly)))
            throw Refused(string.Join(" or ", stage.Loaders.Where(loader => loader.Length > 0)), assembly);
        // ML.NET compares names of stages without regard to case.
        if (!stage.Loaders.Contains(CustomMapping, StringComparer.OrdinalIgnoreCase))
            return;
        var contract = stage.TextAt(0);
        var home = stage.Version >= NamesAssembly ? stage.TextAt(sizeof(int)) : Own;
        if (!string.Equals(NameOf(home), Own, StringComparison.OrdinalIgnoreCase) || !contract.StartsWith(Own + ".", StringComparison.Ordinal))
            throw Refused(contract, home);
    }

    private static string NameOf(string assembly)
    {
        try
        {
            return new AssemblyName(assembly).Name ?? "";
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return "";
        }
    }

    private static InvalidDataException Refused(string what, string assembly) => new(
        $"The model asks for code that does not belong to it: {what} of {assembly}. Only ML.NET's own stages and those of {Own} are loaded here; "
        + "a model with stages of your own, whose origin you trust, is loaded by mlContext.Model.Load.");
}
