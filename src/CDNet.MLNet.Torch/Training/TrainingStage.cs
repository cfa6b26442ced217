using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>What differs between the stages.</summary>
/// <param name="Number">1 or 2.</param>
/// <param name="Epochs">Epochs at most.</param>
/// <param name="LearningRate">Adam's rate.</param>
/// <param name="Step">Loss of features and labels, and how many rows have a gradient.</param>
/// <param name="AfterStep">Called with features and labels after the optimiser's step.</param>
/// <param name="Scores">Scores [N] of features; higher is more fake.</param>
/// <param name="Tensors">All that the stage changes, by name.</param>
internal sealed record TrainingStage(
    int Number,
    int Epochs,
    double LearningRate,
    Func<Tensor, Tensor, (Tensor Loss, long Active)> Step,
    Action<Tensor, Tensor> AfterStep,
    Func<Tensor, Tensor> Scores,
    Dictionary<string, Tensor> Tensors)
{
    public TrainingPhase Phase => Number == 1 ? TrainingPhase.Stage1 : TrainingPhase.Stage2;
}
