using System.Text.Json;
using System.Text.Json.Serialization;

namespace CDNet.MLNet.Torch;

/// <summary>A line of the metrics that a training writes beside its checkpoints: some steps, or the end of an epoch.</summary>
/// <param name="Kind"><c>step</c> or <c>epoch</c>.</param>
/// <param name="Stage">1 or 2.</param>
/// <param name="Epoch">From 1; 0 is the start of stage 2.</param>
/// <param name="Step">Steps of the stage so far.</param>
/// <param name="Loss">Mean loss over the last steps, or over the epoch; NaN in epoch 0.</param>
/// <param name="ValidationAuc">At the end of an epoch; NaN where there are no validation rows of both classes.</param>
/// <param name="LearningRate">Adam's rate at a step.</param>
/// <param name="RowsPerSecond">Speed since the last line of steps; of the whole epoch, its validation included, at its end.</param>
/// <param name="Seconds">Time since the fit began.</param>
/// <param name="StepShare">At the end of an epoch: share of the steps' own time in the time of all of them, reading and augmentation included; 1 where the steps never wait.</param>
public sealed record TrainingMetric(
    string Kind, int Stage, int Epoch, long Step, double Loss, double? ValidationAuc, double? LearningRate, double RowsPerSecond, double Seconds, double? StepShare = null)
{
    /// <summary>The name of the file in the folder of the checkpoints.</summary>
    public const string FileName = "metrics.jsonl";

    /// <summary><see cref="Kind"/> of some steps.</summary>
    public const string Steps = "step";

    /// <summary><see cref="Kind"/> of the end of an epoch.</summary>
    public const string EndOfEpoch = "epoch";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Reads a metrics file.</summary>
    /// <param name="path">The file, one JSON object a line.</param>
    /// <exception cref="InvalidDataException">A line is no such object; the message names it.</exception>
    public static IReadOnlyList<TrainingMetric> Read(string path) => [.. File.ReadLines(path).Index().Select(line => Parse(path, line.Index + 1, line.Item))];

    /// <summary>The metric as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    private static TrainingMetric Parse(string path, int number, string line)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingMetric>(line, Json)!;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}, line {number}: no metric of a training. {e.Message}", e);
        }
    }
}
