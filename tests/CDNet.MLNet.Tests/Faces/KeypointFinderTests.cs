using CDNet.MLNet.Faces;
using CDNet.MLNet.Onnx;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Tests.Faces;

/// <summary>The network for key points that comes with the library, on the photographs of the repository.</summary>
[TestClass]
public sealed class KeypointFinderTests
{
    private static readonly FacePartCropOptions Looking = new() { SecondLook = 2 };

    [TestMethod]
    public void Points_of_a_photograph_are_where_one_sees_them()
    {
        using var picture = Astronaut();
        using var detector = new FaceDetector(FaceDetectorModel.Embedded);

        var (first, second) = (detector.Detect(picture).Single(), detector.Detect(picture, Looking).Single());

        Assert.IsTrue(FaceDetectorModel.Embedded.HasKeypointNetwork);
        Assert.AreEqual((first.Box, first.Confidence), (second.Box, second.Confidence), "only the points are measured anew");
        // Read off the enlarged photograph: both pupils, the tip of the nose, the middle of the mouth. A tenth of the distance between the eyes is 4.3 pixels.
        Assert.IsLessThan(3f, second.Keypoints.RightEye.DistanceTo(new FacePoint(203.5f, 102)));
        Assert.IsLessThan(3f, second.Keypoints.LeftEye.DistanceTo(new FacePoint(247, 103.5f)));
        Assert.IsLessThan(4f, second.Keypoints.Nose.DistanceTo(new FacePoint(225, 127)));
        Assert.IsLessThan(4f, second.Keypoints.Mouth.DistanceTo(new FacePoint(224, 147)));
    }

    [TestMethod]
    public void Points_in_the_mirror_are_those_of_the_face_with_left_and_right_exchanged()
    {
        using var picture = Astronaut();
        using var finder = new KeypointFinder(FaceDetectorModel.Embedded);
        var view = PixelView.Of(picture);
        var mirrored = new byte[view.Pixels.Length];
        for (var pixel = 0; pixel < view.Width * view.Height; pixel++)
        {
            var (row, column) = (pixel / view.Width, pixel % view.Width);
            view.Pixels.Slice(PixelView.Channels * pixel, PixelView.Channels).CopyTo(mirrored.AsSpan(PixelView.Channels * (row * view.Width + view.Width - 1 - column)));
        }
        // Not quite about the face, so that nothing is symmetric by itself.
        var box = new FaceBox(185, 75, 80, 80);

        var points = finder.Find(view, box);
        var others = finder.Find(new PixelView(mirrored, view.Width, view.Height, view.IsBgra), box with { Left = view.Width - box.Right });

        var width = view.Width;
        FacePoint Back(FacePoint point) => new(width - point.X, point.Y);
        Assert.IsLessThan(0.05f, points.RightEye.DistanceTo(Back(others.LeftEye)));
        Assert.IsLessThan(0.05f, points.LeftEye.DistanceTo(Back(others.RightEye)));
        Assert.IsLessThan(0.05f, points.Nose.DistanceTo(Back(others.Nose)));
        Assert.IsLessThan(0.05f, points.Mouth.DistanceTo(Back(others.Mouth)));
        Assert.IsLessThan(0.05f, points.RightEar.DistanceTo(Back(others.LeftEar)));
        Assert.IsLessThan(0.05f, points.LeftEar.DistanceTo(Back(others.RightEar)));
    }

    [TestMethod]
    public void Box_that_is_a_little_off_moves_the_points_by_less()
    {
        using var picture = Astronaut();
        using var finder = new KeypointFinder(FaceDetectorModel.Embedded);
        using var detector = new FaceDetector(FaceDetectorModel.Embedded);
        var box = detector.Detect(picture).Single().Box;
        var points = finder.Find(PixelView.Of(picture), box);

        // An eighth of the box, more than most boxes are off.
        var moved = finder.Find(PixelView.Of(picture), box with { Left = box.Left + box.Width / 8, Top = box.Top - box.Height / 8 });
        var larger = finder.Find(PixelView.Of(picture), new FaceBox(box.Left - box.Width / 16, box.Top - box.Height / 16, box.Width * 1.125f, box.Height * 1.125f));

        foreach (var other in new[] { moved, larger })
        {
            Assert.IsLessThan(box.Width / 20, points.RightEye.DistanceTo(other.RightEye));
            Assert.IsLessThan(box.Width / 20, points.LeftEye.DistanceTo(other.LeftEye));
        }
    }

    [TestMethod]
    public void Detector_whose_network_for_points_is_none_is_refused_by_name()
    {
        var other = FaceDetectorModel.Embedded.WithKeypointNetwork(OtherNetwork());

        var error = Assert.ThrowsExactly<InvalidDataException>(() => new KeypointFinder(other));

        StringAssert.Contains(error.Message, "cdnet-blazeface.onnx: its network for key points");
    }

    private static byte[] OtherNetwork()
    {
        var graph = new OnnxGraphBuilder("other");
        var input = graph.Input(KeypointGraph.Input, OnnxType.Float, 1, 4);
        graph.Output(graph.Node("Relu", [input]), KeypointGraph.Output, OnnxType.Float, 1, 4);
        return graph.Build();
    }

    private static MLImage Astronaut() => MLImage.CreateFromFile(Path.Combine(ChildProcess.Repository, "docs", "pictures", "astronaut.jpg"));
}
