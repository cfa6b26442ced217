using System.Text.Json;
using CDNet.MLNet.Faces;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Tests.Faces;

/// <summary>The back model against detections of the same weights computed in PyTorch.</summary>
[TestClass]
public sealed class FaceDetectorReferenceTests
{
    private const float Tolerance = 0.004f;

    [TestMethod]
    public void Back_model_finds_the_reference_faces()
    {
        var folder = SharedData.Require("models/blazeface/reference-back-256");
        using var reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "reference.json")));
        using var detector = new FaceDetector(FaceDetectorModel.FromFile(SharedData.Require("models/blazeface/face_detection_back.tflite")));
        var pictures = 0;
        foreach (var entry in reference.RootElement.GetProperty("images").EnumerateArray())
        {
            var name = entry.GetProperty("image").GetString()!;
            using var image = MLImage.CreateFromFile(Path.Combine(folder, name));
            var expected = entry.GetProperty("detections").EnumerateArray().ToArray();
            var actual = detector.Detect(image);
            Assert.HasCount(expected.Length, actual, name);
            // The reference lists faces by their best anchor, this library by the merged confidence: match them by place.
            foreach (var face in expected)
                AssertSame(face, actual.MinBy(other => Math.Abs(other.Box.Left / image.Width - face.GetProperty("xmin").GetSingle())), image.Width, name);
            pictures++;
        }
        Assert.AreEqual(25, pictures);
    }

    private static void AssertSame(JsonElement expected, DetectedFace actual, float side, string name)
    {
        float Number(string key) => expected.GetProperty(key).GetSingle();
        Assert.AreEqual(Number("score"), actual.Confidence, Tolerance, $"{name}: confidence");
        Assert.AreEqual(Number("xmin"), actual.Box.Left / side, Tolerance, $"{name}: left");
        Assert.AreEqual(Number("ymin"), actual.Box.Top / side, Tolerance, $"{name}: top");
        Assert.AreEqual(Number("xmax"), actual.Box.Right / side, Tolerance, $"{name}: right");
        Assert.AreEqual(Number("ymax"), actual.Box.Bottom / side, Tolerance, $"{name}: bottom");
        AssertSamePoint("right_eye", actual.Keypoints.RightEye);
        AssertSamePoint("left_eye", actual.Keypoints.LeftEye);
        AssertSamePoint("nose", actual.Keypoints.Nose);
        AssertSamePoint("mouth", actual.Keypoints.Mouth);
        AssertSamePoint("right_ear", actual.Keypoints.RightEar);
        AssertSamePoint("left_ear", actual.Keypoints.LeftEar);

        void AssertSamePoint(string key, FacePoint point)
        {
            var xy = expected.GetProperty(key);
            Assert.AreEqual(xy[0].GetSingle(), point.X / side, Tolerance, $"{name}: {key} x");
            Assert.AreEqual(xy[1].GetSingle(), point.Y / side, Tolerance, $"{name}: {key} y");
        }
    }
}
