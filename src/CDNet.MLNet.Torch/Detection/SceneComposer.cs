using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Torch.Detection;

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
    public FaceScene Compose(int seed, long number) => FaceScene.Compose(seed, number, Side, Draw);

    /// <summary>A scene in good light, with nothing in front of the faces.</summary>
    internal FaceScene Draw(Random random)
    {
        var canvas = new SceneCanvas(Side);
        var faces = new List<SceneFace>();
        DrawPlace(canvas, random);
        if (!random.NextBool(EmptyShare))
        {
            DrawFace(canvas, faces, random, MostFace, isFirst: true);
            for (var more = random.NextBool(CrowdShare) ? random.Next(1, MostMore + 1) : 0; more > 0; more--)
                DrawFace(canvas, faces, random, MostFurtherFace, isFirst: false);
        }
        return new FaceScene(canvas.Planes, faces);
    }

    private void DrawPlace(SceneCanvas canvas, Random random)
    {
        if (places.Count == 0 || random.NextBool(0.25))
        {
            // A plain wall with light from one side.
            for (var plane = 0; plane < 3; plane++)
            {
                var (level, alongX, alongY) = (255 * random.NextDouble(), random.NextWithin(0.6), random.NextWithin(0.6));
                for (var i = 0; i < Side * Side; i++)
                    canvas.Planes[plane * Side * Side + i] = (byte)Math.Clamp(level + alongX * (i % Side - Side / 2) + alongY * (i / Side - Side / 2), 0, 255);
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
        canvas.Paint(place, placement, Side, static _ => 1);
    }

    private void DrawFace(SceneCanvas canvas, List<SceneFace> faces, Random random, double mostFace, bool isFirst)
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
            canvas.Paint(source, placement, 2 * Side, place => IsWhole(place) ? 1 : 0);
            faces.AddRange(source.Faces.Select(other => placement.Apply(other, Side)).Where(IsInside));
            return;
        }
        var placed = placement.Apply(face, Side);
        if (faces.Any(other => Reach(other.Box).IntersectionOverUnion(Reach(placed.Box)) > 0))
            return;
        // Head and hair with a soft edge.
        var radius = 0.5f * face.Box.Width;
        canvas.Paint(source, placement, 3 * radius * placement.Scale, place =>
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
}
