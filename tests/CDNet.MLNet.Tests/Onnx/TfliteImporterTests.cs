using CDNet.MLNet.Faces;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Tflite;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CDNet.MLNet.Tests.Onnx;

[TestClass]
public sealed class TfliteImporterTests
{
    private const int Conv2D = 3;
    private const int Logistic = 14;

    public static IEnumerable<object[]> MediaPipeFiles => new[] { "short_range", "back", "full_range" }.Select(name => new object[] { name });

    [TestMethod]
    public void Convolution_with_same_padding_and_stride_2_by_hand()
    {
        // 4x4 picture of 0..15, kernel of ones 3x3, stride 2: TensorFlow pads only at the bottom and on the right.
        var (graph, outputs) = Import(TinyTflite.Convolution(Conv2D, kernel: Enumerable.Repeat(1f, 9)));

        var result = Run(graph, outputs[0], [.. Enumerable.Range(0, 16).Select(i => (float)i)]);

        // Bias 0.5. Top left: rows 0-2, columns 0-2 = 45; top right: columns 2-3 = 6 x 6.5 = 39; and so on.
        CollectionAssert.AreEqual(new[] { 45.5f, 39.5f, 66.5f, 50.5f }, result);
    }

    [TestMethod]
    public void Unknown_operator_is_refused_with_file_and_number()
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Import(TinyTflite.Convolution(Logistic, kernel: Enumerable.Repeat(1f, 9))));

        StringAssert.Contains(error.Message, "tiny.tflite");
        StringAssert.Contains(error.Message, "number 14");
    }

    [TestMethod]
    public void Model_that_is_no_detector_is_refused()
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => FaceDetectorModel.FromBytes(TinyTflite.Convolution(Conv2D, Enumerable.Repeat(1f, 9)), "tiny.tflite"));

        StringAssert.Contains(error.Message, "no BlazeFace detector");
    }

    [TestMethod]
    public void Foreign_file_is_refused()
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => FaceDetectorModel.FromBytes([.. "this is a text, no model"u8], "notes.txt"));

        StringAssert.Contains(error.Message, "notes.txt");
    }

    [TestMethod]
    public void Missing_file_is_refused()
        => StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => FaceDetectorModel.FromFile("/nowhere/face.tflite")).Message, "/nowhere/face.tflite");

    [TestMethod]
    public void Truncated_or_damaged_small_model_is_refused_or_imported_and_never_crashes()
    {
        var bytes = TinyTflite.Convolution(Conv2D, Enumerable.Repeat(1f, 9));
        for (var length = 0; length < bytes.Length; length++)
            AssertRefusedOrImported(bytes[..length]);
        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var value in new byte[] { 0, 1, 0x7f, 0x80, 0xff })
            {
                var damaged = (byte[])bytes.Clone();
                damaged[i] = value;
                AssertRefusedOrImported(damaged);
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(MediaPipeFiles))]
    public void MediaPipe_model_loads_runs_and_finds_a_face(string name)
    {
        using var detector = new FaceDetector(FaceDetectorModel.FromFile(SharedData.Require($"models/blazeface/face_detection_{name}.tflite")));
        var photograph = Directory.EnumerateFiles(SharedData.Require("faces/lfw"), "*.jpg").Order().First();
        using var image = Microsoft.ML.Data.MLImage.CreateFromFile(photograph);

        var faces = detector.Detect(image, new FacePartCropOptions { MinConfidence = 0.5f });

        Assert.IsNotEmpty(faces);
        // The faces of this set are centred.
        Assert.AreEqual(125, faces[0].Box.Center.X, 25);
        Assert.AreEqual(125, faces[0].Box.Center.Y, 35);
        Assert.IsLessThan(faces[0].Keypoints.LeftEye.X, faces[0].Keypoints.RightEye.X, "the person's own right eye is on the left of the picture");
        Assert.IsLessThan(faces[0].Keypoints.Mouth.Y, faces[0].Keypoints.Nose.Y);
    }

    [TestMethod]
    [DynamicData(nameof(MediaPipeFiles))]
    public void Truncated_MediaPipe_model_is_refused_with_its_name(string name)
    {
        var bytes = File.ReadAllBytes(SharedData.Require($"models/blazeface/face_detection_{name}.tflite"));
        foreach (var share in new[] { 0.01, 0.3, 0.6, 0.9, 0.999 })
        {
            var error = Assert.ThrowsExactly<InvalidDataException>(() => FaceDetectorModel.FromBytes(bytes[..(int)(bytes.Length * share)], "cut.tflite"), $"{share}");
            StringAssert.Contains(error.Message, "cut.tflite");
        }
    }

    [TestMethod]
    public void Detector_saved_as_onnx_is_the_same_detector()
    {
        using var folder = new TempFolder();
        var model = FaceDetectorModel.FromFile(SharedData.Require("models/blazeface/face_detection_short_range.tflite"));
        model.Save(folder.File("detector.onnx"));

        Assert.AreEqual(model.Sha256, FaceDetectorModel.FromFile(folder.File("detector.onnx")).Sha256);
        Assert.AreEqual(128, model.InputSide);
    }

    private static void AssertRefusedOrImported(byte[] bytes)
    {
        try
        {
            Import(bytes);
        }
        catch (InvalidDataException e)
        {
            StringAssert.Contains(e.Message, "tiny.tflite");
        }
    }

    private static (OnnxGraphBuilder Graph, string[] Outputs) Import(byte[] bytes)
    {
        var graph = new OnnxGraphBuilder("tiny");
        var input = graph.Input("input", OnnxType.Float, 1, 1, 4, 4);
        return (graph, TfliteImporter.Import(TfliteFile.Parse(bytes, "tiny.tflite"), graph, input));
    }

    private static float[] Run(OnnxGraphBuilder graph, string output, float[] pixels)
    {
        graph.Output(output, "output", OnnxType.Float, 1, 1, 2, 2);
        using var session = new InferenceSession(graph.Build());
        var tensor = new DenseTensor<float>(pixels, [1, 1, 4, 4]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("input", tensor)]);
        return [.. results.Single().AsEnumerable<float>()];
    }
}
