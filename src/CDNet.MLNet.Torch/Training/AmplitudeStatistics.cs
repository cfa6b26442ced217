using CDNet.MLNet.Sam;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Mean and standard deviation of each of the 640 amplitudes over the training rows.</summary>
internal static class AmplitudeStatistics
{
    // An amplitude that never varies (band 127 of a 64x64 crop is empty) is left as it is instead of blown up.
    private const double LeastDeviation = 1e-3;

    public static (float[] Mean, float[] Deviation) Of(CropCache cache, int[] rows)
    {
        var (sums, squares) = (new double[SamSpec.AllAmplitudes], new double[SamSpec.AllAmplitudes]);
        var amplitudes = new float[SamSpec.AllAmplitudes];
        foreach (var row in rows)
        {
            cache.ReadAmplitudes(row, amplitudes);
            for (var i = 0; i < amplitudes.Length; i++)
            {
                sums[i] += amplitudes[i];
                squares[i] += (double)amplitudes[i] * amplitudes[i];
            }
        }
        var (mean, deviation) = (new float[sums.Length], new float[sums.Length]);
        for (var i = 0; i < sums.Length; i++)
        {
            var average = sums[i] / rows.Length;
            var variance = Math.Max(0, squares[i] / rows.Length - average * average);
            mean[i] = (float)average;
            deviation[i] = Math.Sqrt(variance) is >= LeastDeviation and var spread ? (float)spread : 1;
        }
        return (mean, deviation);
    }
}
