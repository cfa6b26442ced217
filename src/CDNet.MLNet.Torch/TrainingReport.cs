using System.Text.Json;
using System.Text.Json.Serialization;

namespace CDNet.MLNet.Torch;

/// <summary>What one epoch gave.</summary>
/// <param name="Stage">1 or 2.</param>
/// <param name="Epoch">From 1; in stage 2 the epoch 0 is the stage-1 network with the cluster decision.</param>
/// <param name="Loss">Mean training loss; NaN in epoch 0.</param>
/// <param name="ValidationAuc">AUC on the validation rows; NaN where there are none of both classes.</param>
/// <param name="Rows">Training rows seen in the epoch.</param>
/// <param name="Seconds">Wall time of the epoch, its validation included.</param>
public sealed record EpochReport(int Stage, int Epoch, double Loss, double ValidationAuc, long Rows, double Seconds);

/// <summary>What a fit did.</summary>
/// <param name="TrainingRows">Rows trained on.</param>
/// <param name="ValidationRows">Rows validated on.</param>
/// <param name="RowsWithoutFace">Rows left out because no face was found.</param>
/// <param name="RowsWithoutLabel">Rows left out because their label was missing.</param>
/// <param name="Epochs">Every epoch in order.</param>
/// <param name="BestStage1">The epoch of stage 1 whose weights stage 2 started from, the best or the last (<see cref="SamFeatureOptions.Keep"/>).</param>
/// <param name="BestStage2">The epoch of stage 2 that was kept, or null where there was no stage 2.</param>
/// <param name="Device">Where it was trained, for example cpu.</param>
/// <param name="Precision">What convolutions computed in: Float32 or BFloat16.</param>
/// <param name="Seconds">Wall time of the whole fit.</param>
public sealed record TrainingReport(
    long TrainingRows,
    long ValidationRows,
    long RowsWithoutFace,
    long RowsWithoutLabel,
    IReadOnlyList<EpochReport> Epochs,
    EpochReport BestStage1,
    EpochReport? BestStage2,
    string Device,
    string Precision,
    double Seconds)
{
    /// <summary>The network, by name.</summary>
    public string Network { get; init; } = "";

    /// <summary>What decides on the features: Cluster or FullyConnected.</summary>
    public string Head { get; init; } = "";

    /// <summary>SHA-256 of the model zip that the training went on from (<see cref="SamFeatureOptions.StartFrom"/>); null for random weights.</summary>
    public string? StartedFrom { get; init; }

    /// <summary>Numbers that were trained, the stage-1 head included.</summary>
    public long Parameters { get; init; }

    /// <summary>Multiplications with additions that the features of one face cost.</summary>
    public long MultiplyAdds { get; init; }

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>The report as JSON, as a saved model carries it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
