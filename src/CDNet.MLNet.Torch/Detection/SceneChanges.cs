using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Training.Augmentation;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>Light, noise, blur, compression and things in front of faces.</summary>
internal static class SceneChanges
{
    private const int Side = CompactBlazeFace.InputSide;

    /// <summary>Changes a window in place.</summary>
    public static void Apply(byte[] planes, IReadOnlyList<SceneFace> faces, Random random)
    {
        foreach (var face in faces)
        {
            if (random.NextBool(0.2))
                Cover(planes, face.Box, random);
        }
        if (random.NextBool(0.2))
            Shade(planes, random);
        foreach (var change in Draw(random))
            change.Apply(planes, Side, resolution: 1, random);
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
    private static void Cover(byte[] planes, FaceBox box, Random random)
    {
        var (width, height) = ((0.15 + 0.45 * random.NextDouble()) * box.Width * Side, (0.15 + 0.3 * random.NextDouble()) * box.Height * Side);
        var (left, top) = ((int)(Side * (box.Left + random.NextDouble() * box.Width) - width / 2), (int)(Side * (box.Top + random.NextDouble() * box.Height) - height / 2));
        for (var plane = 0; plane < 3; plane++)
        {
            var value = (byte)random.Next(256);
            for (var y = Math.Max(0, top); y < Math.Min(Side, top + height); y++)
            {
                for (var x = Math.Max(0, left); x < Math.Min(Side, left + width); x++)
                    planes[(plane * Side + y) * Side + x] = value;
            }
        }
    }

    /// <summary>Darkens towards one side.</summary>
    private static void Shade(byte[] planes, Random random)
    {
        var (angle, strength) = (2 * Math.PI * random.NextDouble(), 0.3 + 0.5 * random.NextDouble());
        var (alongX, alongY) = (Math.Cos(angle) / Side, Math.Sin(angle) / Side);
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var light = 1 - strength * Math.Clamp(0.5 + (x - Side / 2) * alongX + (y - Side / 2) * alongY, 0, 1);
                for (var plane = 0; plane < 3; plane++)
                {
                    ref var pixel = ref planes[(plane * Side + y) * Side + x];
                    pixel = (byte)(pixel * light);
                }
            }
        }
    }
}
