namespace CDNet.MLNet.Faces;

/// <summary>A square window of a picture that the detector looks at.</summary>
/// <param name="Left">Left edge in pixels.</param>
/// <param name="Top">Top edge in pixels.</param>
/// <param name="Side">Width and height in pixels.</param>
/// <param name="IsCoarse">Whether it belongs to the largest windows, so that no larger one sees a face that it cuts.</param>
internal readonly record struct Tile(int Left, int Top, int Side, bool IsCoarse);

/// <summary>Covers a picture with half-overlapping square windows: the largest that fit, for near faces, then smaller ones, for distant faces.</summary>
/// <remarks>
/// The paper's authors use windows of min(height, width, 720) pixels, three along a side at most. That misses a face taller than 720 pixels and
/// leaves gaps in frames larger than 1,440. Here the largest windows are as wide as the picture's short side; they halve until they reach the
/// authors' 720, and as many are laid side by side as cover the picture.
/// </remarks>
internal static class TilePlan
{
    /// <summary>The windows for a picture, largest first.</summary>
    /// <param name="width">Width of the picture in pixels.</param>
    /// <param name="height">Height of the picture in pixels.</param>
    /// <param name="finestSide">Side of the smallest windows in pixels.</param>
    /// <param name="maxTiles">A finer level is left out when it would bring the count above this; the coarse level always stays.</param>
    public static List<Tile> For(int width, int height, int finestSide, int maxTiles)
    {
        var coarse = Math.Min(width, height);
        var tiles = Level(width, height, coarse, isCoarse: true);
        for (var side = coarse; side > finestSide;)
        {
            side = side >= 2 * finestSide ? side / 2 : finestSide;
            var level = Level(width, height, side, isCoarse: false);
            if (tiles.Count + level.Count > maxTiles)
                break;
            tiles.AddRange(level);
        }
        return tiles;
    }

    /// <summary>
    /// Windows half as large again as the largest, black around the picture: BlazeFace does not recognise a face that fills its window, as in
    /// portraits that were cropped before.
    /// </summary>
    public static List<Tile> Beyond(int width, int height)
        => [.. Level(width, height, Math.Min(width, height), isCoarse: true)
            .Select(tile => new Tile(tile.Left - tile.Side / 4, tile.Top - tile.Side / 4, tile.Side + 2 * (tile.Side / 4), IsCoarse: true))];

    private static List<Tile> Level(int width, int height, int side, bool isCoarse)
    {
        var tiles = new List<Tile>();
        foreach (var top in Offsets(height, side))
        {
            foreach (var left in Offsets(width, side))
                tiles.Add(new Tile(left, top, side, isCoarse));
        }
        return tiles;
    }

    /// <summary>Evenly spaced starts from 0 to length - side, at most half a side apart, three where the authors have three.</summary>
    private static IEnumerable<int> Offsets(int length, int side)
    {
        var free = length - side;
        if (free == 0)
            return [0];
        // A strip narrower than a quarter window needs no window of its own in the middle.
        var least = free < side / 4 ? 2 : 3;
        var half = Math.Max(1, side / 2);
        var count = Math.Max(least, (free + half - 1) / half + 1);
        return Enumerable.Range(0, count).Select(i => (int)((long)free * i / (count - 1)));
    }
}
