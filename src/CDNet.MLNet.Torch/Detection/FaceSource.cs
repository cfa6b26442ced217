using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>A picture to make scenes of, with the faces in it, at full size and halved again and again.</summary>
/// <remarks>About 0.2 MB. The face is never larger than it can be in a scene.</remarks>
internal sealed class FaceSource
{
    // A little more than the largest face of a scene, 90% of 128 pixels.
    private const float LongestFace = 120;
    private const int LongestScene = 256;
    private const int ShortestSide = 8;

    private FaceSource(IReadOnlyList<PlanarPicture> levels, IReadOnlyList<SceneFace> faces) => (Levels, Faces) = (levels, faces);

    /// <summary>The picture; each level half the one before.</summary>
    public IReadOnlyList<PlanarPicture> Levels { get; }

    /// <summary>Faces in pixels of the first level, the largest first; none in a scene without people.</summary>
    public IReadOnlyList<SceneFace> Faces { get; }

    /// <summary>Takes over a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="faces">Its faces, in its pixels.</param>
    public static FaceSource Of(PixelView picture, IReadOnlyList<SceneFace> faces)
    {
        var largest = faces.Count > 0 ? faces.Max(face => face.Box.Width) : 0;
        var scale = Math.Min(1, faces.Count > 0 ? LongestFace / largest : (float)LongestScene / Math.Max(picture.Width, picture.Height));
        var levels = new List<PlanarPicture> { PlanarPicture.Scaled(picture, scale) };
        while (Math.Min(levels[^1].Width, levels[^1].Height) >= 2 * ShortestSide)
            levels.Add(levels[^1].Halved());
        // The true scale of whole pixels.
        var (across, down) = ((float)levels[0].Width / picture.Width, (float)levels[0].Height / picture.Height);
        return new FaceSource(levels, [.. faces.OrderByDescending(face => face.Box.Width).Select(face => face.Map(point => new FacePoint(point.X * across, point.Y * down), across))]);
    }
}

/// <summary>A face of a scene: a square box and six points.</summary>
/// <param name="Box">The box.</param>
/// <param name="Keypoints">The points.</param>
internal sealed record SceneFace(FaceBox Box, FaceKeypoints Keypoints)
{
    /// <summary>The face elsewhere: all points moved, the box a square of the scaled size about its moved middle.</summary>
    /// <param name="move">Where a point goes.</param>
    /// <param name="scale">How much lengths grow.</param>
    public SceneFace Map(Func<FacePoint, FacePoint> move, float scale)
    {
        var (middle, side) = (move(Box.Center), Math.Max(Box.Width, Box.Height) * scale);
        return new SceneFace(
            new FaceBox(middle.X - side / 2, middle.Y - side / 2, side, side),
            new FaceKeypoints(
                move(Keypoints.RightEye), move(Keypoints.LeftEye), move(Keypoints.Nose), move(Keypoints.Mouth), move(Keypoints.RightEar), move(Keypoints.LeftEar)));
    }

    /// <summary>The face in a mirror: left and right are the person's own, so the points change sides.</summary>
    public SceneFace Mirrored() => this with { Keypoints = Keypoints.WithSidesExchanged() };
}

/// <summary>Red, green and blue planes of bytes.</summary>
/// <param name="Planes">3 x height x width.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
internal sealed record PlanarPicture(byte[] Planes, int Width, int Height)
{
    /// <summary>A picture scaled down by a factor of at most 1.</summary>
    public static PlanarPicture Scaled(PixelView picture, float scale)
    {
        var (width, height) = (Math.Max(1, (int)Math.Round(picture.Width * scale)), Math.Max(1, (int)Math.Round(picture.Height * scale)));
        // The resampler makes squares: one around the picture, from which the part beyond the border is left out.
        var side = Math.Max(width, height);
        var window = new FaceBox(0, 0, picture.Width * (float)side / width, picture.Height * (float)side / height);
        var square = new byte[3 * side * side];
        Resampler.ToPlanes(picture, window, side, square);
        var planes = new byte[3 * width * height];
        for (var row = 0; row < 3 * height; row++)
            square.AsSpan((row / height * side + row % height) * side, width).CopyTo(planes.AsSpan(row * width));
        return new PlanarPicture(planes, width, height);
    }

    /// <summary>The picture at half the size, each pixel the mean of four.</summary>
    public PlanarPicture Halved()
    {
        var (width, height) = (Width / 2, Height / 2);
        var half = new byte[3 * width * height];
        for (var plane = 0; plane < 3; plane++)
        {
            for (var y = 0; y < height; y++)
            {
                var upper = Planes.AsSpan((plane * Height + 2 * y) * Width, Width);
                var lower = Planes.AsSpan((plane * Height + 2 * y + 1) * Width, Width);
                for (var x = 0; x < width; x++)
                    half[(plane * height + y) * width + x] = (byte)((upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1] + 2) / 4);
            }
        }
        return new PlanarPicture(half, width, height);
    }

    /// <summary>The colour between the pixels, by the four around; the border repeats.</summary>
    public (float Red, float Green, float Blue) At(float x, float y)
    {
        x = Math.Clamp(x - 0.5f, 0, Width - 1);
        y = Math.Clamp(y - 0.5f, 0, Height - 1);
        var (left, top) = ((int)x, (int)y);
        var (right, bottom) = (Math.Min(left + 1, Width - 1), Math.Min(top + 1, Height - 1));
        var (alongX, alongY) = (x - left, y - top);
        var (upperLeft, upperRight) = (top * Width + left, top * Width + right);
        var (lowerLeft, lowerRight) = (bottom * Width + left, bottom * Width + right);

        float Mix(int plane)
        {
            var of = Planes.AsSpan(plane * Width * Height, Width * Height);
            return (of[upperLeft] * (1 - alongX) + of[upperRight] * alongX) * (1 - alongY) + (of[lowerLeft] * (1 - alongX) + of[lowerRight] * alongX) * alongY;
        }

        return (Mix(0), Mix(1), Mix(2));
    }
}
