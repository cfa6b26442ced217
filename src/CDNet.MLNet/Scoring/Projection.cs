using System.Numerics.Tensors;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Sam;

namespace CDNet.MLNet.Scoring;

/// <summary>The last layer of a saved network: features F = W v + b, and of a widened one d (u'e) more (<see cref="SamWidening"/>).</summary>
/// <param name="Weight">The matrix W, row by row: a row for each feature.</param>
/// <param name="Bias">A number for each feature.</param>
/// <param name="WeightBeyond">The weights u of the numbers behind those that W mixes; empty in one that is not widened.</param>
/// <param name="Direction">The direction d in which these move the features; empty likewise.</param>
internal sealed record Projection(float[] Weight, float[] Bias, float[] WeightBeyond, float[] Direction)
{
    private int Mixed => Weight.Length / Bias.Length;

    /// <summary>Reads it from a saved model, which was looked through before.</summary>
    /// <param name="name">The model zip, or <see cref="CDNetModel.DefaultName"/>.</param>
    /// <exception cref="InvalidDataException">The network has none.</exception>
    public static Projection Read(string name)
    {
        using var zip = CDNetModel.OpenZip(name);
        var archive = ModelArchive.Read(zip, name);
        var network = archive.FindWith(FeatureGraph.TrainingKey);
        var (weight, bias) = (network is null ? null : Find(network))
            ?? throw new InvalidDataException($"{name}: its network has no projection that could be fitted anew; only sam has, as this version saves it.");
        float[] Beyond(string constant) => SavedNetwork.Find(network!.Graph, constant) is { } tensor ? SavedNetwork.Numbers(tensor, name) : [];
        return new Projection(SavedNetwork.Numbers(weight, name), SavedNetwork.Numbers(bias, name), Beyond(SamWidening.Weights), Beyond(SamWidening.Direction));
    }

    /// <summary>Puts it into a saved network, in as many bits as that has.</summary>
    public void Store(ModelProto network)
    {
        var (weight, bias) = Find(network)!.Value;
        SavedNetwork.Store(weight, Weight);
        SavedNetwork.Store(bias, Bias);
        if (WeightBeyond.Length == 0)
            return;
        SavedNetwork.Store(SavedNetwork.Find(network.Graph, SamWidening.Weights)!, WeightBeyond);
        SavedNetwork.Store(SavedNetwork.Find(network.Graph, SamWidening.Direction)!, Direction);
    }

    /// <summary>The projection whose features along the line of both centres are a discriminant, with the means of both classes at their centres; across that line they stay.</summary>
    /// <param name="discriminant">Weights of the vector's numbers.</param>
    /// <param name="means">The mean vectors of both classes.</param>
    /// <param name="centres">The centres.</param>
    public Projection Turn(double[] discriminant, ClusterCentres means, ClusterCentres centres)
    {
        var (rows, columns) = (Bias.Length, Mixed);
        var (line, squared) = (centres.Line(), centres.SquaredDistance);
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
        float[] beyond = [.. discriminant.Skip(columns).Select(number => (float)(number / (fake - real)))];
        return new Projection(weight, bias, beyond, beyond.Length == 0 ? [] : [.. line.Select(number => (float)number)]);
    }

    /// <summary>Weights of a vector's numbers in where a face stands on the line of both centres, from 0 at that of the reals to 1 at that of the fakes, but for an offset.</summary>
    public double[] AlongLine(ClusterCentres centres)
    {
        var (line, squared, mixed) = (centres.Line(), centres.SquaredDistance, new double[Mixed]);
        for (var row = 0; row < line.Length; row++)
        {
            for (var column = 0; column < mixed.Length; column++)
                mixed[column] += line[row] * Weight[row * mixed.Length + column] / squared;
        }
        var share = Sum(line, Direction) / squared;
        return [.. mixed, .. WeightBeyond.Select(weight => share * weight)];
    }

    /// <summary>The score of a vector.</summary>
    public double Score(float[] vector, ClusterCentres centres, ClusterScoreForm form)
    {
        float[] features = [.. BiasAt(vector).Select((bias, row) => TensorPrimitives.Dot<float>(Weight.AsSpan(row * Mixed, Mixed), vector.AsSpan(0, Mixed)) + bias)];
        return ClusterDecision.Decide(features, centres, form).Score;
    }

    /// <summary>The features without those numbers of a vector that W mixes: b + d (u'e).</summary>
    private float[] BiasAt(float[] vector)
    {
        if (WeightBeyond.Length == 0)
            return Bias;
        var beyond = TensorPrimitives.Dot<float>(WeightBeyond, vector.AsSpan(Mixed));
        return [.. Bias.Zip(Direction, (bias, direction) => bias + direction * beyond)];
    }

    private static double Sum(double[] weights, float[] numbers) => weights.Zip(numbers, (weight, number) => weight * number).Sum();

    /// <summary>The constants of the layer.</summary>
    private static (TensorProto Weight, TensorProto Bias)? Find(ModelProto network)
        => SamWidening.ProjectionOf(network) is { } layer && SavedNetwork.Find(network.Graph, layer.Input[1]) is { } weight && SavedNetwork.Find(network.Graph, layer.Input[2]) is { } bias
            ? (weight, bias)
            : null;
}
