namespace CDNet.MLNet.Torch.Detection;

/// <summary>A drawn window, and the faces in it.</summary>
/// <param name="Planes">3 x side x side bytes.</param>
/// <param name="Faces">Faces as fractions of the window.</param>
internal sealed record FaceScene(byte[] Planes, IReadOnlyList<SceneFace> Faces)
{
    /// <summary>The scene of a number, with the light, the noise and the things in front that a camera gives: the same whenever it is drawn.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="number">The number.</param>
    /// <param name="side">Side of the window in pixels.</param>
    /// <param name="draw">Draws it in good light, with nothing in front of the faces.</param>
    public static FaceScene Compose(int seed, long number, int side, Func<Random, FaceScene> draw)
    {
        // Not System.HashCode, which differs from process to process.
        var random = new Random(unchecked((int)(((ulong)seed * 0x9E3779B97F4A7C15UL + (ulong)number * 0xBF58476D1CE4E5B9UL) >> 32)));
        var scene = draw(random);
        SceneChanges.Apply(scene.Planes, side, scene.Faces, random);
        return scene;
    }
}
