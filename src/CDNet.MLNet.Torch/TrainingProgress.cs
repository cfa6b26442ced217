namespace CDNet.MLNet.Torch;

/// <summary>What a fit is doing.</summary>
public enum TrainingPhase
{
    /// <summary>Pictures are read, faces cut out and transformed, once.</summary>
    Preparing,

    /// <summary>Stage 1: the fully connected head.</summary>
    Stage1,

    /// <summary>The two centres are computed over the whole training set (Eq. 1).</summary>
    Centres,

    /// <summary>Stage 2: the cluster loss.</summary>
    Stage2,
}

/// <summary>How far a fit has come.</summary>
/// <param name="Phase">What it is doing.</param>
/// <param name="Epoch">Epoch of the stage, from 1; 0 outside the stages.</param>
/// <param name="Share">Done of the phase, 0 to 1, or NaN where it is not known.</param>
/// <param name="Rows">Rows done in this phase.</param>
/// <param name="Loss">Mean loss of the epoch so far, or NaN.</param>
/// <param name="ValidationAuc">Validation AUC of the last epoch, or NaN.</param>
/// <param name="RowsPerSecond">Speed of the phase.</param>
/// <param name="TimeLeft">Estimated time to the end of the phase, or null where it is not known.</param>
public sealed record TrainingProgress(
    TrainingPhase Phase, int Epoch, double Share, long Rows, double Loss, double ValidationAuc, double RowsPerSecond, TimeSpan? TimeLeft);
