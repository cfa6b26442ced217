using System.Text.Json;
using System.Text.Json.Serialization;

namespace CDNet.MLNet.Torch.Training.Checkpoints;

/// <summary>Where a training stands, apart from its tensors: the next thing it does is batch <see cref="Batch"/> of epoch <see cref="Epoch"/>.</summary>
internal sealed class TrainingState
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>1 or 2.</summary>
    public int Stage { get; set; } = 1;

    /// <summary>The running epoch, from 1.</summary>
    public int Epoch { get; set; } = 1;

    /// <summary>Batches of the epoch that are done.</summary>
    public int Batch { get; set; }

    /// <summary>Sum of the loss over the rows of the epoch.</summary>
    public double LossSum { get; set; }

    /// <summary>Rows of the epoch that are done.</summary>
    public long Rows { get; set; }

    /// <summary>Those of them that had a gradient.</summary>
    public long Active { get; set; }

    /// <summary>Steps of the stage.</summary>
    public long StageSteps { get; set; }

    /// <summary>Rows of the stage.</summary>
    public long StageRows { get; set; }

    /// <summary>When the stage began, in seconds since the fit did.</summary>
    public double StageStart { get; set; }

    /// <summary>When the epoch began, in seconds since the fit did.</summary>
    public double EpochStart { get; set; }

    /// <summary>Whether the stage ended before its last epoch.</summary>
    public bool IsStageOver { get; set; }

    /// <summary>Seconds since the fit began; the time between a kill and the resumption does not count.</summary>
    public double Seconds { get; set; }

    /// <summary>Length of the metrics file at this moment.</summary>
    public long MetricsBytes { get; set; }

    /// <summary>SHA-256 of the model that the training went on from; null for random weights.</summary>
    public string? StartedFrom { get; set; }

    /// <summary>Every epoch so far.</summary>
    public List<EpochReport> Epochs { get; set; } = [];

    /// <summary>The best epoch of the running stage.</summary>
    public EpochReport? Best { get; set; }

    /// <summary>The best epoch of stage 1, once it is over.</summary>
    public EpochReport? BestStage1 { get; set; }

    /// <summary>Mean loss of the rows of the epoch so far; NaN before the first.</summary>
    [JsonIgnore]
    public double Loss => LossSum / Rows;

    /// <summary>Goes on to stage 2.</summary>
    public void BeginStage2(EpochReport bestStage1, TimeSpan now)
    {
        (Stage, BestStage1, Best, IsStageOver) = (2, bestStage1, null, false);
        (StageSteps, StageRows, StageStart) = (0, 0, now.TotalSeconds);
        BeginEpoch(0, now);
    }

    /// <summary>Goes on to an epoch of the stage.</summary>
    public void BeginEpoch(int epoch, TimeSpan now)
        => (Epoch, Batch, LossSum, Rows, Active, EpochStart) = (epoch, 0, 0, 0, 0, now.TotalSeconds);

    /// <summary>Notes a step.</summary>
    public void NoteStep(int rows, double loss, long active)
    {
        Batch++;
        StageSteps++;
        StageRows += rows;
        Rows += rows;
        Active += active;
        LossSum += loss * rows;
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static TrainingState FromJson(string text) => JsonSerializer.Deserialize<TrainingState>(text, Json) ?? throw new FormatException("It has no state.");
}
