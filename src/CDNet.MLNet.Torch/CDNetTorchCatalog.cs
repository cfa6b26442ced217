using CDNet.MLNet.Torch;

// ML.NET's convention: extensions of its catalogs live in its namespace, so that a package reference is all it takes to see them.
namespace Microsoft.ML;

/// <summary>CDNet's training components on ML.NET's catalogs.</summary>
public static class CDNetTorchCatalog
{
    /// <summary>Trains the selective attention module (or another network, by the options) and turns crops and amplitudes into features, 200 of them.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">Training options; the paper's where null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static SamFeatureEstimator SamFeatures(this TransformsCatalog catalog, SamFeatureOptions? options = null) => new(options);

    /// <summary>Trains on a CUDA device.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">Training options.</param>
    /// <param name="gpuDeviceId">The CUDA device; null for the first where there is one, and the processor elsewhere.</param>
    /// <param name="fallbackToCpu">Whether the processor takes over where the device is not there.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static SamFeatureEstimator SamFeatures(
        this TransformsCatalog catalog, SamFeatureOptions options, int? gpuDeviceId, bool fallbackToCpu = false)
        => new(options with { GpuDeviceId = gpuDeviceId, FallbackToCpu = fallbackToCpu });

    /// <summary>The whole method as one trainer, from pictures to verdicts.</summary>
    /// <param name="catalog">The catalog of binary classification trainers.</param>
    /// <param name="options">The options of the four components; the paper's where null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static CDNetTrainer CDNet(this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, CDNetOptions? options = null)
        => new(options);
}
