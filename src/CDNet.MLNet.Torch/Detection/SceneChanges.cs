using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Training.Augmentation;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>Light, noise, blur, compression and things in front of faces.</summary>
internal static class SceneChanges
{
    /// <summary>Changes a window in place.</summary>
    public static void Apply(byte[] planes, int side, IReadOnlyList<SceneFace> faces, Random random)
    {
        foreach (var face in faces)
        {
            if (random.NextBool(0.2))
                Cover(planes, side, face.Box, random);
        }
        if (random.NextBool(0.2))
            Shade(planes, side, random);
        foreach (var change in Draw(random))
            change.Apply(planes, side, resolution: 1, random);
    }

    private static IEnumerable<ICropChange> Draw(Random random)
    {
        if (random.NextBool(0.6))
            yield return new BrightnessContrast(1 + random.NextWithin(0.45), random.NextWithin(0.25));
        if (random.NextBool(0.12))
            yield return new HueSaturationValue(0, -255, 0);
        else if (random.NextBool(0.4))
            yield return new HueSaturationValue(random.NextWithin(15), random.NextWithin(60), random.NextWithin(20));
        if (random.NextBool(0.15))
            yield return new Blur(0.3 + 1.2 * random.NextDouble());
        if (random.NextBool(0.15))
            yield return new Downscale(0.4 + 0.6 * random.NextDouble());
        if (random.NextBool(0.2))
            yield return new GaussianNoise(2 + 10 * random.NextDouble());
        if (random.NextBool(0.35))
            yield return new JpegRecompression(random.Next(20, 96));
    }

    /// <summary>Lays a plain rectangle over a part of a face: a hand, a mask, a caption.</summary>
    private static void Cover(byte[] planes, int side, FaceBox box, Random random)
    {
        var (width, height) = ((0.15 + 0.45 * random.NextDouble()) * box.Width * side, (0.15 + 0.3 * random.NextDouble()) * box.Height * side);
        var (left, top) = ((int)(side * (box.Left + random.NextDouble() * box.Width) - width / 2), (int)(side * (box.Top + random.NextDouble() * box.Height) - height / 2));
        for (var plane = 0; plane < 3; plane++)
        {
            var value = (byte)random.Next(256);
            for (var y = Math.Max(0, top); y < Math.Min(side, top + height); y++)
            {
                for (var x = Math.Max(0, left); x < Math.Min(side, left + width); x++)
                    planes[(plane * side + y) * side + x] = value;
            }
        }
    }

    /// <summary>Darkens towards one side.</summary>
    private static void Shade(byte[] planes, int side, Random random)
    {
        var (angle, strength) = (2 * Math.PI * random.NextDouble(), 0.3 + 0.5 * random.NextDouble());
        var (alongX, alongY) = (Math.Cos(angle) / side, Math.Sin(angle) / side);
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var light = 1 - strength * Math.Clamp(0.5 + (x - side / 2) * alongX + (y - side / 2) * alongY, 0, 1);
                for (var plane = 0; plane < 3; plane++)
                {
                    ref var pixel = ref planes[(plane * side + y) * side + x];
                    pixel = (byte)(pixel * light);
                }
            }
        }
    }
}
