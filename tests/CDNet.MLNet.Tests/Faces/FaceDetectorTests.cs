using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using Microsoft.ML.Data;
using SkiaSharp;

namespace CDNet.MLNet.Tests.Faces;

[TestClass]
public sealed class FaceDetectorTests
{
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(2, 700)]
    [DataRow(5000, 3)]
    public void Picture_too_small_for_a_face_has_none(int width, int height)
    {
        using var bitmap = TestPictures.Draw(width, height, 1);
        using var image = TestPictures.ToImage(bitmap);
        using var detector = new FaceDetector(MarkerDetector.Create());

        Assert.IsEmpty(detector.Detect(image));
    }

    [TestMethod]
    public void Face_in_a_corner_of_a_12000_by_9000_picture_is_found_where_it_is()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(12_000, 9_000, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(SKColors.Gray);
        using (var canvas = new SKCanvas(bitmap))
        using (var red = new SKPaint { Color = new SKColor(230, 10, 10) })
            canvas.DrawRect(11_000, 8_000, 600, 600, red);
        using var image = TestPictures.ToImage(bitmap);
        using var detector = new FaceDetector(MarkerDetector.Create());

        var faces = detector.Detect(image);

        Assert.IsNotEmpty(faces);
        Assert.AreEqual(11_300, faces[0].Box.Center.X, 300);
        Assert.AreEqual(8_300, faces[0].Box.Center.Y, 300);
    }

    [TestMethod]
    public void Same_face_is_found_alone_and_from_many_threads_at_once()
    {
        using var bitmap = TestPictures.Draw(300, 200, 1, (90, 80, 24));
        using var image = TestPictures.ToImage(bitmap);
        using var detector = new FaceDetector(MarkerDetector.Create());
        var expected = detector.Detect(image).ToArray();

        Parallel.For(0, 40, _ => CollectionAssert.AreEqual(expected, detector.Detect(image).ToArray()));
    }

    [TestMethod]
    public void Embedded_detector_is_small_and_the_default_where_no_other_is_named()
    {
        var embedded = FaceDetectorModel.Embedded;

        Assert.IsLessThanOrEqualTo(600_000, embedded.Onnx.Length);
        Assert.AreEqual(CompactBlazeFace.InputSide, embedded.InputSide);
        if (Environment.GetEnvironmentVariable(FaceDetectorModel.PathVariable) is null)
            Assert.AreSame(embedded, FaceDetectorModel.Default);
    }

    [TestMethod]
    public void Embedded_detector_finds_the_near_faces_of_photographs_that_the_reference_finds()
    {
        using var own = new FaceDetector(FaceDetectorModel.Embedded);
        var folder = SharedData.Require("models/blazeface/reference-back-256");
        using var reference = new FaceDetector(FaceDetectorModel.FromFile(SharedData.Require("models/blazeface/face_detection_back.tflite")));
        var (faces, found) = (0, 0);
        foreach (var path in PictureSet.FilesBelow(folder))
        {
            using var picture = PictureReader.Read(path);
            var boxes = own.Detect(picture).Select(face => face.Box).ToArray();
            var expected = reference.Detect(picture).Where(face => face.Box.Width > 0.3 * picture.Width).ToArray();
            faces += expected.Length;
            found += expected.Count(face => boxes.Any(box => box.IntersectionOverUnion(face.Box) > 0.4f));
        }
        Assert.IsGreaterThan(0, faces);
        Assert.AreEqual(faces, found);
    }

    [TestMethod]
    public void Embedded_detector_sees_no_face_in_noise()
    {
        using var own = new FaceDetector(FaceDetectorModel.Embedded);
        for (var seed = 0; seed < 10; seed++)
        {
            using var bitmap = TestPictures.Draw(300, 200, seed);
            using var image = TestPictures.ToImage(bitmap);
            Assert.IsEmpty(own.Detect(image));
        }
    }

    [TestMethod]
    public void Second_look_loses_no_face_and_sees_none_twice()
    {
        (int X, int Y, int Side)[] drawn = [(64, 64, 64), (192, 192, 64)];
        using var bitmap = TestPictures.Draw(256, 256, 2, drawn);
        using var image = TestPictures.ToImage(bitmap);
        using var detector = new FaceDetector(MarkerDetector.Create());
        var first = detector.Detect(image);

        var faces = detector.Detect(image, new FacePartCropOptions { SecondLook = 2 });

        // The first look has each face twice, a cell apart, which is too far to be merged.
        Assert.HasCount(4, first);
        Assert.HasCount(2, faces);
        foreach (var (x, y, side) in drawn)
            Assert.IsTrue(faces.Any(face => face.Box.Center.DistanceTo(new FacePoint(x, y)) < side / 2f), $"{x}, {y}");
        Assert.IsGreaterThanOrEqualTo(0.75f, faces.Min(face => face.Confidence));
    }

    [TestMethod]
    public void Second_look_brings_the_eyes_of_tight_crops_nearer_to_the_points_beside_them()
    {
        using var detector = new FaceDetector(FaceDetectorModel.Embedded);
        var (first, second) = (new List<float>(), new List<float>());
        foreach (var path in Directory.EnumerateFiles(SharedData.Require("faces/landmarks-300w/images"), "*.jpg").Order().Take(40))
        {
            using var picture = PictureReader.Read(path);
            Measure(picture, path, 0, first);
            Measure(picture, path, 2, second);
        }

        Assert.IsGreaterThanOrEqualTo(36, second.Count);
        Assert.IsLessThan(0.06f, second.Average());
        Assert.IsLessThan(first.Average(), second.Average());

        void Measure(MLImage picture, string path, float secondLook, List<float> deviations)
        {
            if (detector.Detect(picture, new FacePartCropOptions { SecondLook = secondLook }) is [var face, ..])
                deviations.Add(FacePoints.Beside(path)!.Deviation(face.Keypoints, picture.Width, picture.Height));
        }
    }

    [TestMethod]
    [DataRow(1920, 1080, 90)]
    [DataRow(1920, 1080, 1000)]
    [DataRow(4000, 3000, 150)]
    [DataRow(1080, 1920, 300)]
    public void Near_and_distant_photographed_faces_are_found_in_large_frames(int width, int height, int side)
    {
        using var detector = new FaceDetector(FaceDetectorModel.FromFile(SharedData.Require("models/blazeface/face_detection_back.tflite")));
        var photographs = Directory.EnumerateFiles(SharedData.Require("faces/lfw"), "*.jpg").Order().Take(6).ToArray();
        var found = 0;
        foreach (var (index, path) in photographs.Index())
        {
            // The heads of this set fill the middle half of their 250 pixels.
            using var portrait = SKBitmap.Decode(path);
            using var frame = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
            frame.Erase(new SKColor(120, 130, 125));
            var (left, top) = ((width - 2 * side) * index / 5f, (height - 2 * side) * (5 - index) / 5f);
            using (var canvas = new SKCanvas(frame))
            using (var paint = new SKPaint { FilterQuality = SKFilterQuality.Medium })
                canvas.DrawBitmap(portrait, new SKRect(left, top, left + 2 * side, top + 2 * side), paint);
            using var image = TestPictures.ToImage(frame);

            var faces = detector.Detect(image);

            var (centerX, centerY) = (left + side, top + side);
            if (faces.Any(face => Math.Abs(face.Box.Center.X - centerX) < side * 0.4 && Math.Abs(face.Box.Center.Y - centerY) < side * 0.4))
                found++;
        }
        Assert.IsGreaterThanOrEqualTo(photographs.Length - 1, found);
    }

    [TestMethod]
    public void Face_that_fills_its_picture_is_found()
    {
        using var detector = new FaceDetector(FaceDetectorModel.FromFile(SharedData.Require("models/blazeface/face_detection_short_range.tflite")));
        var photographs = Directory.EnumerateFiles(SharedData.Require("dfdc-faces/val/real"), "*.jpg").Order().Take(60).ToArray();

        var found = photographs.Count(path =>
        {
            using var image = PictureReader.Read(path);
            return detector.Detect(image).Count > 0;
        });

        // 158 of 300 such crops are found without looking beyond the picture, 98% with it.
        Assert.IsGreaterThanOrEqualTo(56, found);
    }

    private sealed class Picture
    {
        public MLImage? Image { get; set; }
    }
}
