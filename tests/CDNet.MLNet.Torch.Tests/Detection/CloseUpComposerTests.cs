using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Detection;
using SkiaSharp;

namespace CDNet.MLNet.Torch.Tests.Detection;

[TestClass]
public sealed class CloseUpComposerTests
{
    private const int Side = KeypointSpec.InputSide;

    [TestMethod]
    public void Points_of_the_face_lie_on_what_they_mark()
    {
        SKColor[] colours = [SKColors.Red, SKColors.Red, SKColors.Blue, SKColors.Yellow, SKColors.Cyan, SKColors.Cyan];
        var composer = new CloseUpComposer([SceneComposerTests.Source(colours, radius: 6)]);
        var looked = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var scene = composer.Draw(new Random(seed));
            var places = new float[FaceKeypoints.Length];
            scene.Faces.Single().Keypoints.CopyTo(places);
            Assert.IsLessThan(places[2], places[0], $"seed {seed}: the right eye is on the left, in mirrors too");
            for (var i = 0; i < 6; i++)
            {
                if (places[2 * i] is < 0.03f or > 0.97f || places[2 * i + 1] is < 0.03f or > 0.97f)
                    continue;
                looked++;
                var at = (int)(places[2 * i + 1] * Side) * Side + (int)(places[2 * i] * Side);
                byte[] expected = [colours[i].Red, colours[i].Green, colours[i].Blue];
                for (var plane = 0; plane < 3; plane++)
                    Assert.AreEqual(expected[plane], scene.Planes[plane * Side * Side + at], 90, $"seed {seed}, point {i}, plane {plane}");
            }
        }
        Assert.IsGreaterThan(340, looked, "nearly all of them are in the window");
    }

    [TestMethod]
    public void Windows_lie_about_the_face_as_the_boxes_of_a_detector_do()
    {
        var composer = new CloseUpComposer([SceneComposerTests.Source([.. Enumerable.Repeat(SKColors.White, 6)], radius: 4)]);

        var boxes = Enumerable.Range(0, 400).Select(seed => composer.Draw(new Random(seed)).Faces[0].Box).ToArray();

        // A box of 1/1.6 in the mean; its deviation is a tenth, so that of the mean of 400 is half a percent.
        Assert.AreEqual(1 / KeypointSpec.Reach, boxes.Average(box => box.Width), 0.02);
        Assert.AreEqual(0.1, Deviation(boxes.Select(box => Math.Log(box.Width))), 0.015);
        Assert.AreEqual(0.06, Deviation(boxes.Select(box => (double)(box.Center.X - 0.5f) / box.Width)), 0.01);
        Assert.AreEqual(0.06, Deviation(boxes.Select(box => (double)(box.Center.Y - 0.5f) / box.Height)), 0.01);
    }

    [TestMethod]
    public void Batches_are_the_windows_of_their_numbers()
    {
        var composer = new CloseUpComposer([SceneComposerTests.Source([.. Enumerable.Repeat(SKColors.White, 6)], radius: 4)]);

        CloseUpBatch[] batches = [composer.Batch(seed: 3, batchSize: 4, first: 0), composer.Batch(seed: 3, batchSize: 4, first: 4)];

        for (var number = 0; number < 8; number++)
        {
            var (scene, batch, at) = (composer.Compose(3, number), batches[number / 4], number % 4);
            CollectionAssert.AreEqual(scene.Planes, batch.Windows[(at * scene.Planes.Length)..((at + 1) * scene.Planes.Length)]);
            var points = new float[FaceKeypoints.Length];
            scene.Faces[0].Keypoints.CopyTo(points);
            CollectionAssert.AreEqual(points, batch.Points[(at * points.Length)..((at + 1) * points.Length)]);
        }
        CollectionAssert.AreNotEqual(composer.Compose(3, 0).Planes, composer.Compose(4, 0).Planes);
    }

    private static double Deviation(IEnumerable<double> values)
    {
        var all = values.ToArray();
        var mean = all.Average();
        return Math.Sqrt(all.Average(value => (value - mean) * (value - mean)));
    }
}
