using CDNet.MLNet.Onnx.Protobuf;

namespace CDNet.MLNet.Onnx;

/// <summary>Two networks in one ONNX model, which share nothing: joined for the file, and taken apart again to run each by itself.</summary>
internal static class OnnxParts
{
    /// <summary>Whether a model has an output.</summary>
    public static bool Has(ModelProto model, string output) => model.Graph.Output.Any(value => value.Name == output);

    /// <summary>Both in one model, with the name and the texts of the first. The second's inner names get a prefix; its inputs and outputs keep theirs.</summary>
    /// <param name="first">The model that the other joins.</param>
    /// <param name="second">The other; none of its inputs and outputs has the name of one of the first's.</param>
    /// <param name="prefix">Stands before the names of the second's tensors and nodes.</param>
    public static ModelProto Join(ModelProto first, ModelProto second, string prefix)
    {
        var (joined, added) = (first.Clone(), second.Graph.Clone());
        var outside = added.Input.Concat(added.Output).Select(value => value.Name).ToHashSet();
        string Named(string name) => name.Length == 0 || outside.Contains(name) ? name : prefix + name;
        foreach (var node in added.Node)
        {
            node.Name = prefix + node.Name;
            for (var i = 0; i < node.Input.Count; i++)
                node.Input[i] = Named(node.Input[i]);
            for (var i = 0; i < node.Output.Count; i++)
                node.Output[i] = Named(node.Output[i]);
        }
        foreach (var constant in added.Initializer)
            constant.Name = Named(constant.Name);
        joined.Graph.Node.AddRange(added.Node);
        joined.Graph.Initializer.AddRange(added.Initializer);
        joined.Graph.Input.AddRange(added.Input);
        joined.Graph.Output.AddRange(added.Output);
        return joined;
    }

    /// <summary>What of a model leads to one of its outputs.</summary>
    /// <param name="model">The model; its nodes stand behind what they read, as ONNX wants it.</param>
    /// <param name="output">The output.</param>
    public static ModelProto Take(ModelProto model, string output)
    {
        var part = model.Clone();
        var graph = part.Graph;
        var wanted = new HashSet<string> { output };
        var nodes = new List<NodeProto>();
        foreach (var node in graph.Node.Reverse())
        {
            if (!node.Output.Any(wanted.Contains))
                continue;
            wanted.UnionWith(node.Input);
            nodes.Add(node);
        }
        nodes.Reverse();
        Keep(graph.Node, nodes);
        Keep(graph.Initializer, [.. graph.Initializer.Where(constant => wanted.Contains(constant.Name))]);
        Keep(graph.Input, [.. graph.Input.Where(value => wanted.Contains(value.Name))]);
        Keep(graph.Output, [.. graph.Output.Where(value => value.Name == output)]);
        return part;
    }

    private static void Keep<T>(ICollection<T> all, IReadOnlyList<T> kept)
    {
        all.Clear();
        foreach (var one in kept)
            all.Add(one);
    }
}
