using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Networks;

/// <summary>The scoring side of a network: what it reads, what it gives, what it costs, and its ONNX model. One derived class a network.</summary>
/// <remarks>
/// The model takes one face, as a batch of one inside. Crops are uint8 [3,side,side], amplitudes float [128]. Output: float [<see cref="Features"/>], all NaN
/// where the face crop is all zero, that is where no face was found.
/// </remarks>
internal abstract class FeatureGraph
{
    /// <summary>The key under which a saved model says how it was trained, as JSON.</summary>
    public const string TrainingKey = "cdnet.training";

    /// <summary>The key under which a saved model names its network.</summary>
    public const string NetworkKey = "cdnet.network";

    /// <summary>The key under which a saved model names the tensor in which the parts of a face still stand side by side, before they are mixed.</summary>
    public const string VectorKey = "cdnet.vector";

    /// <summary>The name by which options choose the network.</summary>
    public abstract string Name { get; }

    /// <summary>The name of the graph in a saved model.</summary>
    public abstract string GraphName { get; }

    /// <summary>Length of the feature vector.</summary>
    public abstract int Features { get; }

    /// <summary>The columns that the model reads, the face first.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>Whether it reads the amplitudes of the crops.</summary>
    public bool ReadsAmplitudes => Columns.Any(FaceColumns.Amplitudes.Contains);

    /// <summary>Whether one of the models in a zip is its network.</summary>
    public static bool IsIn(ModelProto model) => ModelArchive.Metadata(model, TrainingKey) is not null;

    /// <summary>Multiplications with additions that the features of one face cost.</summary>
    public abstract long MultiplyAdds(FeatureSignature signature);

    /// <summary>Builds the model.</summary>
    /// <param name="weights">The trained numbers.</param>
    /// <param name="signature">Sizes of the crops.</param>
    /// <param name="training">How it was trained, as JSON.</param>
    public byte[] Build(NetworkWeights weights, FeatureSignature signature, string training) => Build(weights, signature, training, out _);

    /// <summary>Builds the model and says which of its constants holds which trained tensor (<see cref="BackboneGraph.Constants"/>).</summary>
    public byte[] Build(NetworkWeights weights, FeatureSignature signature, string training, out IReadOnlyDictionary<string, string> constants)
    {
        var graph = new OnnxGraphBuilder(GraphName);
        var nodes = new BackboneGraph(graph, weights);
        var face = nodes.Crop(FaceColumns.Face, signature.FaceSide);
        var features = Compute(nodes, face, signature);
        graph.RowOutput(nodes.NanWithoutFace(face, features), FeatureSignature.Output, OnnxType.Float, Features);
        graph.Metadata(TrainingKey, training);
        graph.Metadata(NetworkKey, Name);
        var names = new Dictionary<string, string>(nodes.Constants);
        constants = names;
        return Complete(graph.Build(), weights, names);
    }

    /// <summary>Adds to the built model what only some weights ask for.</summary>
    /// <param name="model">The model.</param>
    /// <param name="weights">The trained numbers.</param>
    /// <param name="constants">Which constant holds which trained tensor; those of the addition are added.</param>
    protected virtual byte[] Complete(byte[] model, NetworkWeights weights, Dictionary<string, string> constants) => model;

    /// <summary>Adds the nodes of the network.</summary>
    /// <param name="nodes">Where to add them.</param>
    /// <param name="face">The faces [N,3,side,side].</param>
    /// <param name="signature">Sizes of the crops.</param>
    /// <returns>The features [N,<see cref="Features"/>].</returns>
    protected abstract string Compute(BackboneGraph nodes, string face, FeatureSignature signature);
}
