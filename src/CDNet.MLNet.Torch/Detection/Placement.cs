using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>Where a source lies in the window.</summary>
/// <param name="From">A point of the source, in its pixels.</param>
/// <param name="To">Where it comes to lie, in pixels of the window.</param>
/// <param name="Scale">Pixels of the window for a pixel of the source.</param>
/// <param name="Angle">Turn in radians, clockwise.</param>
/// <param name="IsMirrored">Whether left and right change sides.</param>
/// <param name="Stretch">How much wider it becomes; 1 for not at all.</param>
internal sealed record Placement(FacePoint From, FacePoint To, float Scale, float Angle, bool IsMirrored, float Stretch)
{
    private readonly float _cos = MathF.Cos(Angle);
    private readonly float _sin = MathF.Sin(Angle);
    private readonly float _across = Scale * Stretch * (IsMirrored ? -1 : 1);

    private FacePoint Forward(FacePoint point)
    {
        var (x, y) = ((point.X - From.X) * _across, (point.Y - From.Y) * Scale);
        return new FacePoint(To.X + _cos * x - _sin * y, To.Y + _sin * x + _cos * y);
    }

    public FacePoint Invert(FacePoint point)
    {
        var (x, y) = (point.X - To.X, point.Y - To.Y);
        return new FacePoint(From.X + (_cos * x + _sin * y) / _across, From.Y + (_cos * y - _sin * x) / Scale);
    }

    /// <summary>A face of the source, as shares of the window.</summary>
    /// <param name="face">The face, in pixels of the source.</param>
    /// <param name="side">Side of the window in pixels.</param>
    public SceneFace Apply(SceneFace face, int side)
    {
        var moved = face.Map(Forward, Scale).Map(point => new FacePoint(point.X / side, point.Y / side), 1f / side);
        return IsMirrored ? moved.Mirrored() : moved;
    }
}
