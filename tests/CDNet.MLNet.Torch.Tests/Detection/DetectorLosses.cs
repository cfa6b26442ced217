using CDNet.MLNet.Torch.Detection;

namespace CDNet.MLNet.Torch.Tests.Detection;

/// <summary>Keeps the losses that a training reports.</summary>
/// <param name="values">Receives them.</param>
internal sealed class DetectorLosses(List<double> values) : IProgress<DetectorTrainingProgress>
{
    public void Report(DetectorTrainingProgress value)
    {
        if (!value.IsLabeling)
            values.Add(value.Loss);
    }
}
