using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>A window that is being drawn, black at first.</summary>
/// <param name="side">Its side in pixels.</param>
internal sealed class SceneCanvas(int side)
{
    /// <summary>Side in pixels.</summary>
    public int Side { get; } = side;

    /// <summary>3 x side x side bytes: the red, green and blue planes.</summary>
    public byte[] Planes { get; } = new byte[3 * side * side];

    /// <summary>Lays a source over what is there.</summary>
    /// <param name="source">What is painted.</param>
    /// <param name="placement">Where.</param>
    /// <param name="reach">Pixels of the window around the placement's middle beyond which nothing is covered.</param>
    /// <param name="cover">How much a pixel covers, 0 to 1, from its place in the source.</param>
    public void Paint(FaceSource source, Placement placement, float reach, Func<FacePoint, float> cover)
    {
        // The level whose pixels are about as large as the window's.
        var level = Math.Clamp((int)Math.Round(-Math.Log2(placement.Scale)), 0, source.Levels.Count - 1);
        var (picture, first) = (source.Levels[level], source.Levels[0]);
        var (across, down) = ((float)picture.Width / first.Width, (float)picture.Height / first.Height);
        var (top, bottom) = Range(placement.To.Y, reach);
        var (left, right) = Range(placement.To.X, reach);
        for (var y = top; y < bottom; y++)
        {
            for (var x = left; x < right; x++)
            {
                var place = placement.Invert(new FacePoint(x + 0.5f, y + 0.5f));
                var share = cover(place);
                if (share <= 0)
                    continue;
                var (red, green, blue) = picture.At(place.X * across, place.Y * down);
                var at = y * Side + x;
                Planes[at] = Mix(Planes[at], red, share);
                Planes[at + Side * Side] = Mix(Planes[at + Side * Side], green, share);
                Planes[at + 2 * Side * Side] = Mix(Planes[at + 2 * Side * Side], blue, share);
            }
        }
    }

    private (int From, int To) Range(float middle, float reach) => ((int)Math.Max(0, middle - reach), (int)Math.Min(Side, middle + reach + 1));

    private static byte Mix(byte under, float over, float share) => (byte)(under + share * (over - under) + 0.5f);
}
