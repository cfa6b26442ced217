using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Detection;
using SkiaSharp;

namespace CDNet.MLNet.Torch.Tests.Detection;

[TestClass]
public sealed class SceneComposerTests
{
    // Where the six points of the drawn face are, in a picture of 200x160 with the box (60, 40, 80, 80).
    private static readonly (float X, float Y)[] Points = [(80, 65), (120, 65), (100, 85), (100, 105), (66, 75), (134, 75)];

    [TestMethod]
    public void Points_of_the_faces_lie_on_what_they_mark()
    {
        // Eyes, nose, mouth and ears are discs of their own colours. In a mirrored scene what was the right eye is the left one.
        SKColor[] colours = [SKColors.Red, SKColors.Red, SKColors.Blue, SKColors.Yellow, SKColors.Cyan, SKColors.Cyan];
        var composer = new SceneComposer([Source(colours, radius: 5)], []);
        var looked = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var scene = composer.Draw(new Random(seed));
            foreach (var face in scene.Faces.Where(face => face.Box.Width > 0.35))
            {
                var places = new float[FaceKeypoints.Length];
                face.Keypoints.CopyTo(places);
                Assert.IsTrue(face.Keypoints.RightEye.X < face.Keypoints.LeftEye.X && face.Keypoints.RightEar.X < face.Keypoints.LeftEar.X, $"seed {seed}: nobody is turned by a right angle");
                for (var i = 0; i < 6; i++)
                {
                    if (places[2 * i] is < 0.03f or > 0.97f || places[2 * i + 1] is < 0.03f or > 0.97f || IsCovered(scene, face))
                        continue;
                    looked++;
                    AssertColour(scene, places[2 * i], places[2 * i + 1], colours[i], $"seed {seed}, point {i}");
                }
            }
        }
        Assert.IsGreaterThan(100, looked);
    }

    [TestMethod]
    public void Scenes_are_the_same_whenever_and_wherever_they_are_drawn()
    {
        var composer = new SceneComposer([Source([.. Enumerable.Repeat(SKColors.White, 6)], radius: 4)], []);

        var first = Enumerable.Range(0, 8).Select(number => composer.Compose(1, number)).ToArray();
        var again = Enumerable.Range(0, 8).AsParallel().AsOrdered().Select(number => composer.Compose(1, number)).ToArray();

        foreach (var (one, other) in first.Zip(again))
        {
            CollectionAssert.AreEqual(one.Planes, other.Planes);
            CollectionAssert.AreEqual(one.Faces.ToArray(), other.Faces.ToArray());
        }
        CollectionAssert.AreNotEqual(first[0].Planes, composer.Compose(2, 0).Planes);
    }

    [TestMethod]
    public void Sizes_reach_from_a_twelfth_to_nine_tenths_and_some_scenes_are_empty_or_crowded()
    {
        var composer = new SceneComposer([Source([.. Enumerable.Repeat(SKColors.White, 6)], radius: 4)], []);

        var scenes = Enumerable.Range(0, 500).Select(seed => composer.Draw(new Random(seed))).ToArray();

        var sides = scenes.SelectMany(scene => scene.Faces).Select(face => face.Box.Width).ToArray();
        Assert.IsLessThan(0.1f, sides.Min());
        Assert.IsGreaterThan(0.8f, sides.Max());
        Assert.IsTrue(scenes.Count(scene => scene.Faces.Count == 0) is > 30 and < 100);
        Assert.IsTrue(scenes.Count(scene => scene.Faces.Count > 1) is > 50 and < 250);
        foreach (var face in scenes.SelectMany(scene => scene.Faces))
            Assert.IsTrue(face.Box.Center is { X: > 0 and < 1, Y: > 0 and < 1 });
    }

    private static bool IsCovered(FaceScene scene, SceneFace face)
        => scene.Faces.Any(other => !ReferenceEquals(other, face) && other.Box.IntersectionOverUnion(face.Box) > 0);

    private static void AssertColour(FaceScene scene, float x, float y, SKColor colour, string what)
    {
        const int Side = CompactBlazeFace.InputSide;
        var at = (int)(y * Side) * Side + (int)(x * Side);
        byte[] expected = [colour.Red, colour.Green, colour.Blue];
        for (var plane = 0; plane < 3; plane++)
            Assert.AreEqual(expected[plane], scene.Planes[plane * Side * Side + at], 90, $"{what}, plane {plane}");
    }

    internal static FaceSource Source(SKColor[] colours, float radius)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(200, 160, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColors.Gray);
            for (var i = 0; i < 6; i++)
            {
                using var paint = new SKPaint { Color = colours[i] };
                canvas.DrawCircle(Points[i].X, Points[i].Y, radius, paint);
            }
        }
        var face = new SceneFace(new FaceBox(60, 40, 80, 80), FaceKeypoints.FromSpan([.. Points.SelectMany(point => new[] { point.X, point.Y })]));
        return FaceSource.Of(new PixelView(bitmap.GetPixelSpan(), bitmap.Width, bitmap.Height, isBgra: false), [face]);
    }
}
