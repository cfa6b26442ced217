using CDNet.MLNet.Onnx.Protobuf;
using Google.Protobuf.Collections;

namespace CDNet.MLNet.Onnx;

/// <summary>Joins models that take one row each, as ML.NET's stages do, into one model that takes batches.</summary>
/// <remarks>
/// Such a model has a node <see cref="OnnxGraphBuilder.RowToBatch"/> behind each of its inputs and one <see cref="OnnxGraphBuilder.BatchToRow"/> before each output of
/// a row. Here they are left out, and what is between them sees as many rows as there are.
/// </remarks>
internal sealed class OnnxBatchJoiner(string graphName)
{
    private readonly GraphProto _graph = new() { Name = graphName };
    private readonly Dictionary<string, ValueInfoProto> _inputs = [];

    /// <summary>Whether a model takes one row, so that it can be joined.</summary>
    public static bool IsOfRows(ModelProto model)
    {
        var graph = model.Graph;
        var inputs = graph.Input.Select(input => input.Name).ToHashSet();
        var readers = graph.Node.Where(node => node.Input.Any(inputs.Contains)).ToList();
        return readers.Count > 0 && readers.All(node => node.OpType == OnnxGraphBuilder.RowToBatch) && graph.Node.Any(node => IsRow(graph, node));
    }

    /// <summary>Adds a model.</summary>
    /// <param name="model">A model that <see cref="IsOfRows"/>.</param>
    /// <param name="prefix">Keeps its names apart from those of the others.</param>
    /// <param name="source">The batch that an input takes, by the input's name: a tensor of a model that is there already, or else an input of the whole.</param>
    /// <returns>The batches that it gives, by the names of the outputs.</returns>
    public IReadOnlyDictionary<string, string> Add(ModelProto model, string prefix, Func<string, string> source)
    {
        var batches = new Dictionary<string, string>();
        var rows = new Dictionary<string, string>();
        foreach (var input in model.Graph.Input)
        {
            var batch = source(input.Name);
            foreach (var reader in model.Graph.Node.Where(node => node.Input.Contains(input.Name)))
                batches[reader.Output[0]] = batch;
            Declare(batch, input);
        }
        string Renamed(string tensor) => tensor.Length == 0 ? tensor : batches.TryGetValue(tensor, out var batch) ? batch : prefix + tensor;
        foreach (var tensor in model.Graph.Initializer)
        {
            var copy = tensor.Clone();
            copy.Name = Renamed(tensor.Name);
            _graph.Initializer.Add(copy);
        }
        foreach (var node in model.Graph.Node.Where(node => !batches.ContainsKey(node.Output[0])))
        {
            if (IsRow(model.Graph, node))
            {
                rows[node.Output[0]] = Renamed(node.Input[0]);
                continue;
            }
            var copy = node.Clone();
            copy.Name = prefix + node.Name;
            Rename(copy.Input, Renamed);
            Rename(copy.Output, Renamed);
            _graph.Node.Add(copy);
        }
        return rows;
    }

    /// <summary>The name that a tensor of an added model has here.</summary>
    public static string NameOf(string prefix, string tensor) => prefix + tensor;

    /// <summary>Adds a node and returns its output.</summary>
    public string Node(string operatorType, string name, string[] inputs, params AttributeProto[] attributes)
    {
        _graph.Node.Add(OnnxGraphBuilder.NodeOf(operatorType, name, inputs, attributes));
        return name;
    }

    /// <summary>Adds a list of one integer and returns its name.</summary>
    public string Integer(string name, long value) => Constant(name, OnnxType.Int64, BitConverter.GetBytes(value));

    /// <summary>Adds a list of one number and returns its name.</summary>
    public string Number(string name, float value) => Constant(name, OnnxType.Float, BitConverter.GetBytes(value));

    private string Constant(string name, OnnxType type, byte[] bytes)
    {
        _graph.Initializer.Add(OnnxGraphBuilder.Tensor(name, type, bytes, 1));
        return name;
    }

    /// <summary>A model that computes some of the batches, with what is needed for them and no more.</summary>
    /// <param name="outputs">Tensor, the name it gets, and its shape without the batch; all of them floats.</param>
    /// <param name="metadata">Texts to attach.</param>
    /// <param name="given">Tensors inside that become inputs, float [N,length]; what is before them is left out.</param>
    public ModelProto Build(
        IEnumerable<(string Tensor, string Name, long[] Shape)> outputs, IReadOnlyDictionary<string, string>? metadata = null, params IEnumerable<(string Tensor, long Length)> given)
    {
        var graph = new GraphProto { Name = _graph.Name };
        var starts = given.ToDictionary(start => start.Tensor, start => OnnxGraphBuilder.Describe(start.Tensor, OnnxType.Float, [OnnxGraphBuilder.Batch, start.Length]));
        var makers = _graph.Node.SelectMany(node => node.Output.Select(output => (output, node))).ToDictionary();
        var (needed, waiting) = (new HashSet<string>(), new Stack<string>());
        foreach (var (tensor, name, shape) in outputs)
        {
            makers[name] = OnnxGraphBuilder.NodeOf("Identity", name, [tensor]);
            graph.Output.Add(OnnxGraphBuilder.Describe(name, OnnxType.Float, [OnnxGraphBuilder.Batch, .. shape]));
            waiting.Push(name);
        }
        while (waiting.TryPop(out var tensor))
        {
            if (!needed.Add(tensor) || starts.ContainsKey(tensor) || !makers.TryGetValue(tensor, out var maker))
                continue;
            foreach (var input in maker.Input)
                waiting.Push(input);
        }
        bool IsNeeded(NodeProto node) => node.Output.Any(output => needed.Contains(output) && !starts.ContainsKey(output));
        graph.Input.AddRange(_inputs.Values.Concat(starts.Values).Where(input => needed.Contains(input.Name)));
        graph.Initializer.AddRange(_graph.Initializer.Where(tensor => needed.Contains(tensor.Name)));
        graph.Node.AddRange(_graph.Node.Where(IsNeeded));
        graph.Node.AddRange(graph.Output.Select(output => makers[output.Name]));
        return OnnxGraphBuilder.Model(graph, metadata ?? new Dictionary<string, string>());
    }

    private static bool IsRow(GraphProto graph, NodeProto node) => node.OpType == OnnxGraphBuilder.BatchToRow && graph.Output.Any(output => output.Name == node.Output[0]);

    private void Declare(string batch, ValueInfoProto input)
    {
        if (_inputs.ContainsKey(batch) || _graph.Node.Any(node => node.Output.Contains(batch)))
            return;
        var type = input.Type.TensorType;
        _inputs[batch] = OnnxGraphBuilder.Describe(batch, (OnnxType)type.ElemType, [OnnxGraphBuilder.Batch, .. type.Shape.Dim.Select(dimension => dimension.DimValue)]);
    }

    private static void Rename(RepeatedField<string> names, Func<string, string> renamed)
    {
        for (var i = 0; i < names.Count; i++)
            names[i] = renamed(names[i]);
    }
}
