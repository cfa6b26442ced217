namespace CDNet.MLNet.Torch.Training;

/// <summary>The learning rate of a step.</summary>
internal static class LearningRate
{
    /// <summary>The factor of the highest rate: linearly up from 0, then down to 0 along a cosine.</summary>
    /// <param name="warmup">Done of the way up; from 1 on it is over.</param>
    /// <param name="share">Done of the whole, 0 to 1.</param>
    public static double WarmupCosine(double warmup, double share) => Math.Min(1, warmup) * 0.5 * (1 + Math.Cos(Math.PI * share));
}
