using System.Text.Json;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Torch;
using CDNet.MLNet.Torch.Networks;
using CDNet.MLNet.Torch.Training;
using CDNet.MLNet.Torch.Training.Checkpoints;
using static TorchSharp.torch;

namespace CDNet.MLNet.Benchmarks;

/// <summary>The model that comes with the library in a script of PyTorch and OpenCV: the same numbers, windows and crops, one picture after the other.</summary>
internal sealed class PyTorchScoring : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cdnet-pytorch-");
    private readonly PythonScript _script;
    private readonly string _weights;
    private readonly string _detector;

    private PyTorchScoring(PythonScript script, CDNetModel model)
    {
        _script = script;
        (_weights, _detector) = (Path.Combine(_folder.FullName, "weights.safetensors"), Path.Combine(_folder.FullName, "detector.onnx"));
        FaceDetectorModel.Embedded.Save(_detector);
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var network = NetworkRegistry.Find(model.Network!, nameof(model)).Create(new ComputePrecision(ScalarType.Float32), new Random(1));
        StartingModel.Load(CDNetModel.DefaultName, network, new FeatureSignature(FacePartCropOptions.FaceSide, FacePartCropOptions.PartSide)).CopyTo(network);
        var tensors = network.NamedTensors();
        (tensors["centre.fake"], tensors["centre.real"]) = (tensor(model.Centres!.Fake), tensor(model.Centres.Real));
        Safetensors.Write(_weights, new Dictionary<string, string>(), tensors);
    }

    /// <summary>The script with the numbers of a model; null where no Python has what it needs.</summary>
    /// <param name="model">The model that comes with the library.</param>
    public static PyTorchScoring? Open(CDNetModel model)
        => PythonScript.Find("pytorch_score.py", ("torch", "python3-torch"), ("cv2", "python3-opencv")) is { } script ? new PyTorchScoring(script, model) : null;

    /// <summary>Scores pictures in a process of its own, which warms up on the first of them.</summary>
    public Result Score(string[] files)
        => JsonSerializer.Deserialize<Result>(_script.Run([_weights, _detector], string.Join('\n', files.Prepend(files[0]))), Json) ?? throw new InvalidDataException("The script printed nothing.");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>What the script prints.</summary>
    /// <param name="Engine">What it computed with.</param>
    /// <param name="Seconds">Time for all pictures, once it was loaded and warm.</param>
    /// <param name="Scores">Log-odds of the most confident face of each picture; null without a face.</param>
    public sealed record Result(string Engine, double Seconds, float?[] Scores);
}
