using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>A drawn window for the detector, and the faces in it.</summary>
/// <param name="Planes">3 x 128 x 128 bytes.</param>
/// <param name="Faces">Faces as fractions of the window.</param>
internal sealed record FaceScene(byte[] Planes, IReadOnlyList<SceneFace> Faces);

/// <summary>Draws windows with faces of any size, place, turn and light from pictures.</summary>
/// <param name="people">Pictures with a face at least.</param>
/// <param name="places">Pictures without; may be empty.</param>
internal sealed class SceneComposer(IReadOnlyList<FaceSource> people, IReadOnlyList<FaceSource> places)
{
    private const int Side = CompactBlazeFace.InputSide;

    // Faces of a scene: none, one, or several.
    private const double EmptyShare = 0.12;
    private const double CrowdShare = 0.28;
    private const int MostMore = 3;

    // Side of a box as a share of the window.
    private const double LeastFace = 0.08;
    private const double MostFace = 0.9;
    private const double MostFurtherFace = 0.35;

    /// <summary>The scene of a number, as a camera might give it: the same whenever it is drawn.</summary>
    public FaceScene Compose(int seed, long number)
    {
        var random = new Random(HashCode(seed, number));
        var scene = Draw(random);
        SceneChanges.Apply(scene.Planes, scene.Faces, random);
        return scene;
    }

    /// <summary>A scene in good light, with nothing in front of the faces.</summary>
    internal FaceScene Draw(Random random)
    {
        var canvas = new byte[3 * Side * Side];
        var faces = new List<SceneFace>();
        DrawPlace(canvas, random);
        if (!random.NextBool(EmptyShare))
        {
            DrawFace(canvas, faces, random, MostFace, isFirst: true);
            for (var more = random.NextBool(CrowdShare) ? random.Next(1, MostMore + 1) : 0; more > 0; more--)
                DrawFace(canvas, faces, random, MostFurtherFace, isFirst: false);
        }
        return new FaceScene(canvas, faces);
    }

    // Not System.HashCode, which differs from process to process.
    private static int HashCode(int seed, long number) => unchecked((int)(((ulong)seed * 0x9E3779B97F4A7C15UL + (ulong)number * 0xBF58476D1CE4E5B9UL) >> 32));

    private void DrawPlace(byte[] canvas, Random random)
    {
        if (places.Count == 0 || random.NextBool(0.25))
        {
            // A plain wall with light from one side.
            for (var plane = 0; plane < 3; plane++)
            {
                var (level, alongX, alongY) = (255 * random.NextDouble(), random.NextWithin(0.6), random.NextWithin(0.6));
                for (var i = 0; i < Side * Side; i++)
                    canvas[plane * Side * Side + i] = (byte)Math.Clamp(level + alongX * (i % Side - Side / 2) + alongY * (i / Side - Side / 2), 0, 255);
            }
            return;
        }
        var place = places[random.Next(places.Count)];
        var picture = place.Levels[0];
        var share = 0.4f + 0.6f * random.NextSingle();
        var side = share * Math.Min(picture.Width, picture.Height);
        var placement = new Placement(
            new FacePoint(side / 2 + random.NextSingle() * (picture.Width - side), side / 2 + random.NextSingle() * (picture.Height - side)),
            new FacePoint(Side / 2f, Side / 2f), Side / side, Angle: 0, random.NextBool(0.5), Stretch: 1);
        Paint(canvas, place, placement, Side, static _ => 1);
    }

    private void DrawFace(byte[] canvas, List<SceneFace> faces, Random random, double mostFace, bool isFirst)
    {
        var source = people[random.Next(people.Count)];
        var face = source.Faces[0];
        // Small faces as often as large ones, in halvings.
        var share = Math.Exp(Math.Log(LeastFace) + random.NextDouble() * Math.Log(mostFace / LeastFace));
        // A tenth of the face may lie outside.
        var margin = 0.4 * share;
        var middle = new FacePoint((float)(Side * (margin + random.NextDouble() * (1 - 2 * margin))), (float)(Side * (margin + random.NextDouble() * (1 - 2 * margin))));
        var angle = random.NextBool(0.15) ? random.NextWithin(Math.PI / 4) : random.NextGaussian() * Math.PI / 18;
        var placement = new Placement(
            face.Box.Center, middle, (float)(share * Side / face.Box.Width), (float)angle, random.NextBool(0.5), (float)(1 + random.NextWithin(0.12)));

        var picture = source.Levels[0];
        bool IsWhole(FacePoint place) => place.X >= 0 && place.Y >= 0 && place.X < picture.Width && place.Y < picture.Height;
        if (isFirst && random.NextBool(0.65))
        {
            // The whole picture, with all its faces and its edges where it is smaller than the window.
            Paint(canvas, source, placement, 2 * Side, place => IsWhole(place) ? 1 : 0);
            faces.AddRange(source.Faces.Select(placement.Apply).Where(IsInside));
            return;
        }
        var placed = placement.Apply(face);
        if (faces.Any(other => Reach(other.Box).IntersectionOverUnion(Reach(placed.Box)) > 0))
            return;
        // Head and hair with a soft edge.
        var radius = 0.5f * face.Box.Width;
        Paint(canvas, source, placement, 3 * radius * placement.Scale, place =>
        {
            if (!IsWhole(place))
                return 0;
            var (x, y) = ((place.X - face.Box.Center.X) / (1.15f * radius), (place.Y - face.Box.Center.Y + 0.35f * radius) / (1.6f * radius));
            return Math.Clamp((1.15f - MathF.Sqrt(x * x + y * y)) / 0.3f, 0, 1);
        });
        faces.Add(placed);

        static bool IsInside(SceneFace other) => other.Box.Center is { X: > 0 and < 1, Y: > 0 and < 1 } && other.Box.Width >= LeastFace / 2;
    }

    /// <summary>What a face and its hair cover.</summary>
    private static FaceBox Reach(FaceBox box) => new(box.Left - 0.25f * box.Width, box.Top - 0.5f * box.Height, 1.5f * box.Width, 1.75f * box.Height);

    /// <summary>Lays a source over the canvas.</summary>
    /// <param name="canvas">The window's planes.</param>
    /// <param name="source">What is painted.</param>
    /// <param name="placement">Where.</param>
    /// <param name="reach">Pixels of the window around the placement's middle beyond which nothing is covered.</param>
    /// <param name="cover">How much a pixel covers, 0 to 1, from its place in the source.</param>
    private static void Paint(byte[] canvas, FaceSource source, Placement placement, float reach, Func<FacePoint, float> cover)
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
                canvas[at] = Mix(canvas[at], red, share);
                canvas[at + Side * Side] = Mix(canvas[at + Side * Side], green, share);
                canvas[at + 2 * Side * Side] = Mix(canvas[at + 2 * Side * Side], blue, share);
            }
        }
    }

    private static (int From, int To) Range(float middle, float reach) => ((int)Math.Max(0, middle - reach), (int)Math.Min(Side, middle + reach + 1));

    private static byte Mix(byte under, float over, float share) => (byte)(under + share * (over - under) + 0.5f);

    /// <summary>Where a source lies in the window.</summary>
    /// <param name="From">A point of the source, in its pixels.</param>
    /// <param name="To">Where it comes to lie, in pixels of the window.</param>
    /// <param name="Scale">Pixels of the window for a pixel of the source.</param>
    /// <param name="Angle">Turn in radians, clockwise.</param>
    /// <param name="IsMirrored">Whether left and right change sides.</param>
    /// <param name="Stretch">How much wider it becomes; 1 for not at all.</param>
    private sealed record Placement(FacePoint From, FacePoint To, float Scale, float Angle, bool IsMirrored, float Stretch)
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
        public SceneFace Apply(SceneFace face)
        {
            var moved = face.Map(Forward, Scale).Map(static point => new FacePoint(point.X / Side, point.Y / Side), 1f / Side);
            return IsMirrored ? moved.Mirrored() : moved;
        }
    }
}
