using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>What every cell of <see cref="CompactBlazeFace"/> should say of a scene.</summary>
internal sealed class SceneTargets
{
    /// <summary>Numbers of a place: centre x and y, width, height, key points.</summary>
    public const int Places = CompactBlazeFace.Outputs - 1;

    // The grid of small faces takes those up to the first share of the window, and does not mind up to the second; the grid of large faces the other way round.
    private const float MostFine = 0.45f;
    private const float MostFineIgnored = 0.65f;
    private const float LeastCoarse = 0.25f;
    private const float LeastCoarseIgnored = 0.15f;

    // Cells whose middle lies within this share of the box from its middle hold the face.
    private const float Core = 0.22f;

    /// <summary>1 where a face is, 0 where none is, -1 where either is right; a number a cell.</summary>
    public float[] Labels { get; } = new float[CompactBlazeFace.Cells];

    /// <summary>Places from the middles of the cells, as fractions of the window; <see cref="Places"/> numbers a cell.</summary>
    public float[] Offsets { get; } = new float[CompactBlazeFace.Cells * Places];

    /// <summary>Side of the face's box as a fraction of the window; 1 where there is none.</summary>
    public float[] Sides { get; } = new float[CompactBlazeFace.Cells];

    /// <summary>The targets of the faces of a scene. Where two meet, the smaller one has the cell: it has fewer.</summary>
    public static SceneTargets Of(IReadOnlyList<SceneFace> faces)
    {
        var targets = new SceneTargets();
        Array.Fill(targets.Sides, 1);
        foreach (var face in faces.OrderByDescending(face => face.Box.Width))
        {
            var first = 0;
            foreach (var level in CompactBlazeFace.Levels)
            {
                targets.Assign(face, first, level.Grid, Role(face.Box.Width, level.Grid));
                first += level.Grid * level.Grid;
            }
        }
        return targets;
    }

    private static float Role(float side, int grid)
    {
        var isFine = grid == CompactBlazeFace.Levels[0].Grid;
        var (takes, ignores) = isFine ? (side <= MostFine, side <= MostFineIgnored) : (side >= LeastCoarse, side >= LeastCoarseIgnored);
        return takes ? 1 : ignores ? -1 : 0;
    }

    private void Assign(SceneFace face, int first, int grid, float role)
    {
        if (role == 0)
            return;
        var middle = face.Box.Center;
        var (column, row) = ((int)Math.Clamp(middle.X * grid, 0, grid - 1), (int)Math.Clamp(middle.Y * grid, 0, grid - 1));
        for (var cell = first; cell < first + grid * grid; cell++)
        {
            var center = CompactBlazeFace.Centers[cell];
            var away = Math.Max(Math.Abs(center.X - middle.X) / face.Box.Width, Math.Abs(center.Y - middle.Y) / face.Box.Height);
            // A face between the middles of four cells still has the one that it lies in.
            var isCore = away <= Core || cell == first + row * grid + column;
            if (isCore && role > 0)
                Take(cell, face, center);
            else if (away <= 0.5f && Labels[cell] == 0)
                Labels[cell] = -1;
        }
    }

    private void Take(int cell, SceneFace face, FacePoint center)
    {
        (Labels[cell], Sides[cell]) = (1, face.Box.Width);
        var offsets = Offsets.AsSpan(cell * Places, Places);
        var middle = face.Box.Center;
        (offsets[0], offsets[1], offsets[2], offsets[3]) = (middle.X - center.X, middle.Y - center.Y, face.Box.Width, face.Box.Height);
        face.Keypoints.CopyTo(offsets[4..]);
        for (var i = 4; i < Places; i++)
            offsets[i] -= i % 2 == 0 ? center.X : center.Y;
    }
}
