namespace CDNet.MLNet.Faces;

/// <summary>The face detector that this library trains itself: BlazeFace's blocks (figure 2 and table 4 of its paper), one anchor a cell.</summary>
/// <remarks>
/// Input 128x128. Batch norms stand behind each pointwise convolution; scoring folds them away. Each cell of two grids, 16x16 for small faces and 8x8 for
/// large ones, says whether the middle of a face lies in it, and where the box and the six key points are. BlazeFace itself has 2 and 6 anchors a cell, all of the same size
/// and place; they would say the same.
/// </remarks>
internal static class CompactBlazeFace
{
    public const int InputSide = 128;
    public const int StemOutputs = 24;

    /// <summary>Numbers a cell gives: the logit of a face, then centre x, centre y, width, height and the key points.</summary>
    public const int Outputs = 1 + 4 + FaceKeypoints.Length;

    public const string Stem = "stem";
    public const string StemNorm = "stemNorm";

    /// <summary>The two levels: the blocks that lead to a grid, and its head.</summary>
    public static IReadOnlyList<Level> Levels { get; } =
    [
        new("fine", 16,
        [
            new(24, 0, 24, 1), new(24, 0, 28, 1), new(28, 0, 32, 2), new(32, 0, 36, 1), new(36, 0, 48, 1),
            new(48, 24, 96, 2), new(96, 24, 96, 1), new(96, 24, 96, 1), new(96, 24, 96, 1),
        ]),
        new("coarse", 8, [new(96, 32, 128, 2), new(128, 32, 128, 1), new(128, 32, 128, 1), new(128, 32, 128, 1)]),
    ];

    /// <summary>All cells: of the fine grid row by row, then of the coarse one.</summary>
    public static int Cells { get; } = Levels.Sum(level => level.Grid * level.Grid);

    /// <summary>Middles of the cells as fractions of the input, in the order of the outputs.</summary>
    public static IReadOnlyList<FacePoint> Centers { get; } = [.. Levels.SelectMany(level => BlazeFaceAnchors.Grid(level.Grid, 1))];

    /// <summary>What a cell's numbers are multiplied with to be fractions of the input: 2 cells, so that they are about 1.</summary>
    public static float Unit(Level level) => 2f / level.Grid;

    /// <summary>A part of the network that ends in a grid of cells.</summary>
    /// <param name="Name">The first part of the names of its tensors.</param>
    /// <param name="Grid">Cells along a side.</param>
    /// <param name="Blocks">Its blocks; the first takes what the level before gives.</param>
    internal sealed record Level(string Name, int Grid, IReadOnlyList<BlazeBlockSpec> Blocks)
    {
        /// <summary>Name of the head, a 1x1 convolution.</summary>
        public string Head => $"{Name}Head";
    }
}
