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
        var (weight, bias) = (archive.FindWith(FeatureGraph.TrainingKey) is { } network ? Find(network) : null)
            ?? throw new InvalidDataException($"{name}: its network has no projection that could be fitted anew; only sam has, as this version saves it.");
        return new Projection(SavedNetwork.Numbers(weight, name), SavedNetwork.Numbers(bias, name));
    }

    /// <summary>Puts it into a saved network, in as many bits as that has.</summary>
    public void Store(ModelProto network)
    {
        var (weight, bias) = Find(network)!.Value;
        SavedNetwork.Store(weight, Weight);
        SavedNetwork.Store(bias, Bias);
    }

    /// <summary>The projection whose features along the line of both centres are a discriminant, with the means of both classes at their centres; across that line they stay.</summary>
    /// <param name="discriminant">Weights of the vector's numbers.</param>
    /// <param name="means">The mean vectors of both classes.</param>
    /// <param name="centres">The centres.</param>
    public Projection Turn(double[] discriminant, ClusterCentres means, ClusterCentres centres)
    {
        var (rows, columns) = (Bias.Length, Length);
        var (line, squared) = (Line(centres), centres.SquaredDistance);
        var now = AlongLine(centres);
        var (real, fake) = (Sum(discriminant, means.Real), Sum(discriminant, means.Fake));
        var (weight, bias) = (new float[Weight.Length], new float[rows]);
        var offset = Sum(line, centres.Real) / squared - real / (fake - real) - Sum(line, Bias) / squared;
        for (var row = 0; row < rows; row++)
        {
            bias[row] = (float)(Bias[row] + line[row] * offset);
            for (var column = 0; column < columns; column++)
                weight[row * columns + column] = (float)(Weight[row * columns + column] + line[row] * (discriminant[column] / (fake - real) - now[column]));
        }
        return new Projection(weight, bias);
    }

    /// <summary>Weights of a vector's numbers in where a face stands on the line of both centres, from 0 at that of the reals to 1 at that of the fakes, but for an offset.</summary>
    public double[] AlongLine(ClusterCentres centres)
    {
        var (line, squared, weights) = (Line(centres), centres.SquaredDistance, new double[Length]);
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

    private static double[] Line(ClusterCentres centres) => [.. centres.Fake.Zip(centres.Real, (fake, real) => (double)fake - real)];

    private static double Sum(double[] weights, float[] numbers) => weights.Zip(numbers, (weight, number) => weight * number).Sum();

    /// <summary>The constants of the layer that reads the vector of all parts.</summary>
    private static (TensorProto Weight, TensorProto Bias)? Find(ModelProto network)
    {
        var vector = ModelArchive.Metadata(network, FeatureGraph.VectorKey);
        return network.Graph.Node.FirstOrDefault(node => node.OpType == "Gemm" && node.Input[0] == vector) is { } layer
            && SavedNetwork.Find(network.Graph, layer.Input[1]) is { } weight && SavedNetwork.Find(network.Graph, layer.Input[2]) is { } bias
                ? (weight, bias)
                : null;
    }
}
