using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>A batch of faces seen from near.</summary>
/// <param name="Windows">N x 3 x 80 x 80 bytes.</param>
/// <param name="Points">N x 12: x and y of the six points as fractions of the window.</param>
internal sealed record CloseUpBatch(byte[] Windows, float[] Points);

/// <summary>Draws windows about one face, as a detector's box places them: nearly in the middle, nearly of one size.</summary>
/// <param name="people">Pictures with a face at least.</param>
internal sealed class CloseUpComposer(IReadOnlyList<FaceSource> people)
{
    private const int Side = KeypointSpec.InputSide;

    // By how much a detector's boxes are off: their middles as a share of their side, and the logarithm of their side.
    private const double MiddleDeviation = 0.06;
    private const double SideDeviation = 0.1;

    /// <summary>The window of a number: the same whenever it is drawn.</summary>
    public FaceScene Compose(int seed, long number) => FaceScene.Compose(seed, number, Side, Draw);

    /// <summary>A window in good light, with nothing in front of the face.</summary>
    internal FaceScene Draw(Random random)
    {
        var source = people[random.Next(people.Count)];
        // Not only the largest: the smaller ones of a group are blurred, as faces far away are.
        var face = source.Faces[random.NextBool(0.7) ? 0 : random.Next(source.Faces.Count)];
        var window = KeypointSpec.Reach * Math.Exp(SideDeviation * random.NextGaussian()) * face.Box.Width;
        var angle = random.NextBool(0.05) ? random.NextWithin(Math.PI / 4) : random.NextGaussian() * Math.PI / 24;
        var (right, down) = (MiddleDeviation * random.NextGaussian() * face.Box.Width, MiddleDeviation * random.NextGaussian() * face.Box.Height);
        var placement = new Placement(
            new FacePoint((float)(face.Box.Center.X + right), (float)(face.Box.Center.Y + down)), new FacePoint(Side / 2f, Side / 2f), (float)(Side / window), (float)angle, random.NextBool(0.5), (float)(1 + random.NextWithin(0.08)));
        var (canvas, picture) = (new SceneCanvas(Side), source.Levels[0]);
        // Black lies beyond the picture, as where faces are looked for.
        canvas.Paint(source, placement, Side, place => place.X >= 0 && place.Y >= 0 && place.X < picture.Width && place.Y < picture.Height ? 1 : 0);
        return new FaceScene(canvas.Planes, [placement.Apply(face, Side)]);
    }

    /// <summary>The batch that begins with a window.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="batchSize">Windows of a batch.</param>
    /// <param name="first">Number of the first window.</param>
    public CloseUpBatch Batch(int seed, int batchSize, long first)
    {
        const int WindowBytes = 3 * Side * Side;
        var batch = new CloseUpBatch(new byte[batchSize * WindowBytes], new float[batchSize * FaceKeypoints.Length]);
        Parallel.For(0, batchSize, i =>
        {
            var scene = Compose(seed, first + i);
            scene.Planes.CopyTo(batch.Windows.AsSpan(i * WindowBytes));
            scene.Faces[0].Keypoints.CopyTo(batch.Points.AsSpan(i * FaceKeypoints.Length, FaceKeypoints.Length));
        });
        return batch;
    }
}
