using System.Numerics.Tensors;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Scoring;

/// <summary>The last layer of a saved network: features F = weight vector + bias.</summary>
/// <param name="Weight">The matrix, row by row: a row for each feature.</param>
/// <param name="Bias">A number for each feature.</param>
internal sealed record Projection(float[] Weight, float[] Bias)
{
    private int Length => Weight.Length / Bias.Length;

    /// <summary>Reads it from a saved model, which was looked through before.</summary>
    /// <param name="name">The model zip, or <see cref="CDNetModel.DefaultName"/>.</param>
    /// <exception cref="InvalidDataException">The network has none.</exception>
    public static Projection Read(string name)
    {
        using var zip = CDNetModel.OpenZip(name);
        var archive = ModelArchive.Read(zip, name);
        return (archive.FindWith(FeatureGraph.TrainingKey) is { } network && ModelArchive.Metadata(network, FeatureGraph.VectorKey) is { } vector ? Read(network.Graph, vector, name) : null)
            ?? throw new InvalidDataException($"{name}: its network has no projection that could be fitted anew; only sam has, as this version saves it.");
    }

    /// <summary>The projection of a tensor in a graph; null where nothing projects it.</summary>
    public static Projection? Read(GraphProto graph, string vector, string name)
        => Find(graph, vector) is { } found ? new Projection(SavedNetwork.Numbers(found.Weight, name), SavedNetwork.Numbers(found.Bias, name)) : null;

    /// <summary>Puts it into a saved network, in as many bits as that has.</summary>
    public void Store(ModelProto network) => Store(network.Graph, ModelArchive.Metadata(network, FeatureGraph.VectorKey)!);

    /// <summary>Puts it into a graph in place of the projection of a tensor, in as many bits as that has.</summary>
    public void Store(GraphProto graph, string vector)
    {
        var (weight, bias) = Find(graph, vector)!.Value;
        SavedNetwork.Store(weight, Weight);
        SavedNetwork.Store(bias, Bias);
    }

    /// <summary>What makes the features along the line of both centres a discriminant, with the means of both classes at their centres.</summary>
    /// <param name="discriminant">Weights of the vector's numbers.</param>
    /// <param name="means">The mean vectors of both classes.</param>
    /// <param name="centres">The centres.</param>
    public LineTurn TurnTo(double[] discriminant, ClusterCentres means, ClusterCentres centres)
    {
        var (line, squared, now) = (LineTurn.Line(centres), centres.SquaredDistance, AlongLine(centres));
        var (real, fake) = (Sum(discriminant, means.Real), Sum(discriminant, means.Fake));
        var offset = Sum(line, centres.Real) / squared - real / (fake - real) - Sum(line, Bias) / squared;
        return new LineTurn([.. discriminant.Zip(now, (weight, before) => (float)(weight / (fake - real) - before))], (float)offset);
    }

    /// <summary>The projection that moves features along the line of both centres too; across that line they stay.</summary>
    public Projection Turn(LineTurn turn, ClusterCentres centres)
    {
        var (line, columns) = (LineTurn.Line(centres), Length);
        return new Projection(
            [.. Weight.Select((weight, i) => (float)(weight + line[i / columns] * turn.Weights[i % columns]))],
            [.. Bias.Select((bias, row) => (float)(bias + line[row] * turn.Offset))]);
    }

    /// <summary>Weights of a vector's numbers in where a face stands on the line of both centres, from 0 at that of the reals to 1 at that of the fakes, but for an offset.</summary>
    public double[] AlongLine(ClusterCentres centres)
    {
        var (line, squared, weights) = (LineTurn.Line(centres), centres.SquaredDistance, new double[Length]);
        for (var row = 0; row < line.Length; row++)
        {
            for (var column = 0; column < weights.Length; column++)
                weights[column] += line[row] * Weight[row * Length + column] / squared;
        }
        return weights;
    }

    /// <summary>The score of a vector.</summary>
    public double Score(float[] vector, ClusterCentres centres, ClusterScoreForm form)
    {
        float[] features = [.. Enumerable.Range(0, Bias.Length).Select(row => TensorPrimitives.Dot<float>(Weight.AsSpan(row * Length, Length), vector) + Bias[row])];
        return ClusterDecision.Decide(features, centres, form).Score;
    }

    private static double Sum(double[] weights, float[] numbers) => weights.Zip(numbers, (weight, number) => weight * number).Sum();

    /// <summary>The constants of the layer that reads the vector of all parts.</summary>
    private static (TensorProto Weight, TensorProto Bias)? Find(GraphProto graph, string vector)
        => graph.Node.FirstOrDefault(node => node.OpType == "Gemm" && node.Input[0] == vector) is { } layer
            && SavedNetwork.Find(graph, layer.Input[1]) is { } weight && SavedNetwork.Find(graph, layer.Input[2]) is { } bias
                ? (weight, bias)
                : null;
}
