using CDNet.MLNet.Faces;
using SkiaSharp;

namespace CDNet.MLNet.Blending;

/// <summary>How much of a face an outline holds.</summary>
internal enum OutlineKind
{
    /// <summary>From the forehead to the chin, from ear to ear.</summary>
    Whole,

    /// <summary>Eyes, nose and mouth with little about them.</summary>
    Inner,

    /// <summary>From the eyes to the chin.</summary>
    Lower,
}

/// <summary>The edge of what is blended, from the detector's six points.</summary>
/// <param name="Kind">How much of the face.</param>
/// <param name="Waves">How much further out or in the edge lies, as shares: two waves about the face by their cosine and sine.</param>
internal sealed record FaceOutline(OutlineKind Kind, IReadOnlyList<float> Waves)
{
    private const int Corners = 24;
    private const double MostWave = 0.06;

    // In lengths of the way from the eyes to the mouth, which a face shows however it is turned to the side: forehead and chin, seen from the middle.
    private const float Middle = 0.35f;
    private const float ForeheadReach = 1.0f;
    private const float ChinReach = 1.35f;

    // How far the middle is from either side, in distances of the eyes: where an ear is hidden its point says little.
    private const float LeastSide = 0.6f;
    private const float MostSide = 1.4f;

    /// <summary>Draws an outline.</summary>
    public static FaceOutline Draw(Random random)
    {
        var kind = random.Next(8) switch { < 4 => OutlineKind.Whole, < 6 => OutlineKind.Inner, _ => OutlineKind.Lower };
        return new FaceOutline(kind, [.. Enumerable.Range(0, 4).Select(_ => (float)random.NextWithin(MostWave))]);
    }

    /// <summary>The outline on a face, in pixels of its picture.</summary>
    public SKPath On(FaceKeypoints points)
    {
        var (eyes, mouth) = (new SKPoint((points.RightEye.X + points.LeftEye.X) / 2, (points.RightEye.Y + points.LeftEye.Y) / 2), new SKPoint(points.Mouth.X, points.Mouth.Y));
        var down = mouth - eyes;
        var across = new SKPoint(points.LeftEye.X - points.RightEye.X, points.LeftEye.Y - points.RightEye.Y);
        var middle = eyes + Times(down, Middle);
        float Side(FacePoint ear, int sign)
            => Math.Clamp(sign * ((ear.X - middle.X) * across.X + (ear.Y - middle.Y) * across.Y) / Math.Max(across.LengthSquared, 1e-3f), LeastSide, MostSide);
        var (right, left) = (Side(points.RightEar, -1), Side(points.LeftEar, 1));
        var (forehead, chin, width) = Kind switch
        {
            OutlineKind.Whole => (ForeheadReach, ChinReach, 0.95f),
            OutlineKind.Inner => (0.7f * ForeheadReach, 0.75f * ChinReach, 0.8f),
            _ => (Middle, ChinReach, 0.95f),
        };
        var corners = new SKPoint[Corners];
        for (var i = 0; i < Corners; i++)
        {
            var (sine, cosine) = MathF.SinCos(2 * MathF.PI * i / Corners);
            var (sine2, cosine2) = MathF.SinCos(4 * MathF.PI * i / Corners);
            var wave = 1 + Waves[0] * cosine + Waves[1] * sine + Waves[2] * cosine2 + Waves[3] * sine2;
            corners[i] = middle + Times(across, wave * width * cosine * (cosine > 0 ? left : right)) + Times(down, wave * sine * (sine > 0 ? chin : forehead));
        }
        var path = new SKPath();
        path.AddPoly(corners, close: true);
        return path;
    }

    private static SKPoint Times(SKPoint point, float factor) => new(point.X * factor, point.Y * factor);
}
