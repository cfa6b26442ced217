using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>A batch of scenes with their targets.</summary>
/// <param name="Windows">N x 3 x 128 x 128 bytes.</param>
/// <param name="Labels">N x cells.</param>
/// <param name="Offsets">N x cells x 16.</param>
/// <param name="Sides">N x cells.</param>
internal sealed record SceneBatch(byte[] Windows, float[] Labels, float[] Offsets, float[] Sides);

/// <summary>Draws batches of scenes.</summary>
internal static class SceneBatches
{
    private const int WindowBytes = 3 * CompactBlazeFace.InputSide * CompactBlazeFace.InputSide;

    /// <summary>The batch that begins with a scene.</summary>
    /// <param name="composer">Draws them.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="batchSize">Scenes of a batch.</param>
    /// <param name="first">Number of the first scene.</param>
    public static SceneBatch Draw(SceneComposer composer, int seed, int batchSize, long first)
    {
        var (cells, places) = (CompactBlazeFace.Cells, SceneTargets.Places);
        var batch = new SceneBatch(
            new byte[batchSize * WindowBytes], new float[batchSize * cells], new float[batchSize * cells * places], new float[batchSize * cells]);
        Parallel.For(0, batchSize, i =>
        {
            var scene = composer.Compose(seed, first + i);
            var targets = SceneTargets.Of(scene.Faces);
            scene.Planes.CopyTo(batch.Windows.AsSpan(i * WindowBytes));
            targets.Labels.CopyTo(batch.Labels.AsSpan(i * cells));
            targets.Offsets.CopyTo(batch.Offsets.AsSpan(i * cells * places));
            targets.Sides.CopyTo(batch.Sides.AsSpan(i * cells));
        });
        return batch;
    }
}
