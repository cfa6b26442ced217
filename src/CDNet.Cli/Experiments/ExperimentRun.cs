using System.Text.Json;
using CDNet.MLNet.Data;
using CDNet.MLNet.Evaluation;

namespace CDNet.Cli.Experiments;

/// <summary>One training of a cell with one seed, and what it gave.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Parameters">Numbers that were trained, the stage-1 head included.</param>
/// <param name="MultiplyAdds">Multiplications and additions for a face.</param>
/// <param name="TrainingSeconds">Wall time of the training.</param>
/// <param name="TrainingRows">Rows trained on.</param>
/// <param name="RowsSeen">Rows of all epochs together.</param>
/// <param name="ValidationAuc">AUC of the epoch that was kept.</param>
/// <param name="Threshold">Score above which a face is called fake: the one with the highest balanced accuracy on the validation split.</param>
/// <param name="Tests">Figures on each test set, by name; accuracy is that at the threshold.</param>
internal sealed record ExperimentRun(
    string Cell, int Seed, long Parameters, long MultiplyAdds, double TrainingSeconds, long TrainingRows, long RowsSeen, double ValidationAuc, float Threshold,
    IReadOnlyDictionary<string, EvaluationReport> Tests)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Reads a run that was done before; null where there is none.</summary>
    public static ExperimentRun? Load(string path) => File.Exists(path) ? JsonSerializer.Deserialize<ExperimentRun>(File.ReadAllText(path), Json) : null;

    /// <summary>Writes the run, so that it is not done again.</summary>
    public void Save(string path) => WholeFile.Write(path, partial => File.WriteAllText(partial, JsonSerializer.Serialize(this, Json)));
}
