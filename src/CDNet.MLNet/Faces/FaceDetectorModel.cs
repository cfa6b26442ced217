using System.Security.Cryptography;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Onnx.Tflite;
using CDNet.MLNet.Pipeline;
using Google.Protobuf;

namespace CDNet.MLNet.Faces;

/// <summary>The weights and the graph of a BlazeFace detector, ready for ONNX Runtime.</summary>
/// <remarks>
/// Bazarevsky et al., "BlazeFace: Sub-millisecond neural face detection on mobile GPUs", 2019. MediaPipe's three published files are read:
/// short range (128x128 input), back camera (256x256) and full range (192x192).
/// </remarks>
public sealed class FaceDetectorModel
{
    /// <summary>Environment variable that names the detector file that <see cref="Default"/> reads in place of its own.</summary>
    public const string PathVariable = "CDNET_DETECTOR";

    /// <summary>Most bytes a detector file may have: 64 MiB. MediaPipe's have about 1.</summary>
    public const long MaxBytes = TfliteFile.MaxBytes;

    private const string What = "a face detector";
    private const string EmbeddedName = "cdnet-blazeface.onnx";
    private static readonly Lazy<FaceDetectorModel> OwnDetector = new(ReadEmbedded);

    private FaceDetectorModel(string name, byte[] onnx, int inputSide, bool hasKeypointNetwork = false)
    {
        Name = name;
        Onnx = onnx;
        InputSide = inputSide;
        HasKeypointNetwork = hasKeypointNetwork;
        Id = SHA256.HashData(onnx);
    }

    /// <summary>What the detector is called: the name of its file.</summary>
    public string Name { get; }

    /// <summary>Side in pixels of the square window that the network takes.</summary>
    public int InputSide { get; }

    /// <summary>Whether a second look (<see cref="FacePartCropOptions.SecondLook"/>) measures key points with a network of its own, trained by <c>cdnet train-keypoints</c>; without, the detector looks again.</summary>
    public bool HasKeypointNetwork { get; }

    /// <summary>SHA-256 of the graph in ONNX form, in hexadecimal digits.</summary>
    public string Sha256 => Convert.ToHexStringLower(Id);

    /// <summary>The detector that comes with the library, trained by <c>cdnet train-detector</c>: BlazeFace's blocks, 128x128 input.</summary>
    public static FaceDetectorModel Embedded => OwnDetector.Value;

    /// <summary>
    /// The detector that is used where none is given: the file that the environment variable <c>CDNET_DETECTOR</c> names, or <see cref="Embedded"/> where it is not set.
    /// </summary>
    /// <exception cref="FileNotFoundException">The variable names a file that is not there.</exception>
    /// <exception cref="InvalidDataException">The variable names a file that is no detector.</exception>
    public static FaceDetectorModel Default => Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path ? FromFile(path) : Embedded;

    internal byte[] Onnx { get; }

    /// <summary>SHA-256 of <see cref="Onnx"/>.</summary>
    internal byte[] Id { get; }

    /// <summary>Reads a detector from a MediaPipe .tflite file or from an .onnx file that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is no detector, is damaged, takes data from other files, has more than <see cref="MaxBytes"/>, or uses an operator that is not known; the message names both.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FaceDetectorModel FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such face detector file.", path);
        FileSize.Require(path, MaxBytes, What);
        return FromBytes(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads a detector from the bytes of such a file.</summary>
    /// <param name="bytes">The file's content.</param>
    /// <param name="name">What messages call it, for example its path.</param>
    /// <exception cref="InvalidDataException">As for <see cref="FromFile"/>.</exception>
    public static FaceDetectorModel FromBytes(byte[] bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentException.ThrowIfNullOrEmpty(name);
        FileSize.Require(name, bytes.LongLength, MaxBytes, What);
        if (TfliteFile.IsTflite(bytes))
        {
            var (graph, side) = BlazeFaceGraph.Build(TfliteFile.Parse(bytes, name));
            return new FaceDetectorModel(Path.GetFileName(name), graph, side);
        }
        var model = ReadModel(bytes, name);
        var said = model.MetadataProps.FirstOrDefault(entry => entry.Key == BlazeFaceGraph.InputSideKey)?.Value;
        return int.TryParse(said, out var pixels) && pixels is > 0 and <= 4096
            ? new FaceDetectorModel(Path.GetFileName(name), bytes, pixels, OnnxParts.Has(model, KeypointGraph.Output))
            : throw NotADetector(name);
    }

    /// <summary>The detector with a network that measures key points, in the place of the one that it may have.</summary>
    /// <param name="network">What <see cref="KeypointGraph.Build"/> gave.</param>
    internal FaceDetectorModel WithKeypointNetwork(byte[] network)
    {
        var detector = OnnxParts.Take(OnnxReader.Read(Onnx), BlazeFaceGraph.Output);
        return new FaceDetectorModel(Name, OnnxParts.Join(detector, OnnxReader.Read(network), "keypoints/").ToByteArray(), InputSide, hasKeypointNetwork: true);
    }

    /// <summary>The network that leads to an output, by itself.</summary>
    internal byte[] Part(string output) => HasKeypointNetwork ? OnnxParts.Take(OnnxReader.Read(Onnx), output).ToByteArray() : Onnx;

    /// <summary>Writes the detector as an .onnx file that <see cref="FromFile"/> reads back.</summary>
    /// <param name="path">The file to write.</param>
    public void Save(string path) => File.WriteAllBytes(path, Onnx);

    private static FaceDetectorModel ReadEmbedded()
    {
        using var resource = typeof(FaceDetectorModel).Assembly.GetManifestResourceStream(EmbeddedName)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {EmbeddedName}.");
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return FromBytes(bytes, EmbeddedName);
    }

    private static ModelProto ReadModel(byte[] bytes, string name)
    {
        try
        {
            return OnnxReader.Read(bytes);
        }
        catch (InvalidDataException e)
        {
            throw NotADetector(name, e);
        }
    }

    private static InvalidDataException NotADetector(string name, Exception? inner = null)
        => new($"{name}: neither a TensorFlow Lite face detector of MediaPipe nor an ONNX detector written by this library{(inner is null ? "" : $" ({inner.Message})")}.", inner);
}
