namespace CDNet.MLNet.Faces;

/// <summary>Where BlazeFace's anchors sit. All of them have size 1, so only their centres matter.</summary>
internal static class BlazeFaceAnchors
{
    /// <summary>Centres as fractions of the input, in the order of the network's outputs.</summary>
    /// <param name="count">How many anchors the network has.</param>
    /// <returns>The centres, or null when no BlazeFace network has so many anchors.</returns>
    public static FacePoint[]? Centers(int count) => count switch
    {
        // Short range and back: 2 anchors in each cell of a 16x16 grid, 6 in each cell of an 8x8 grid.
        896 => [.. Grid(16, 2), .. Grid(8, 6)],
        // Full range: 1 in each cell of a 48x48 grid.
        2304 => [.. Grid(48, 1)],
        _ => null,
    };

    /// <summary>Middles of the cells of a grid, row by row, each as often as it has anchors.</summary>
    public static IEnumerable<FacePoint> Grid(int cells, int anchorsPerCell)
    {
        for (var y = 0; y < cells; y++)
        {
            for (var x = 0; x < cells; x++)
            {
                for (var anchor = 0; anchor < anchorsPerCell; anchor++)
                    yield return new FacePoint((x + 0.5f) / cells, (y + 0.5f) / cells);
            }
        }
    }
}
