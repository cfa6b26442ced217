using CDNet.MLNet.Onnx;
using CDNet.MLNet.Networks;
using static CDNet.MLNet.Onnx.OnnxGraphBuilder;

namespace CDNet.MLNet.Frequency;

/// <summary>The amplitudes of <see cref="DctAmplitudes"/> as ONNX nodes: matrix products, then a mean over each band.</summary>
internal static class DctAmplitudeGraph
{
    /// <summary>The name of the graph in a saved model.</summary>
    public const string GraphName = "dctAmplitudes";

    private const string Prefix = "__cdnet.dct.";

    /// <summary>The name of the input that takes an image column.</summary>
    public static string InputOf(string column) => $"{Prefix}in.{column}";

    /// <summary>The name of the output that becomes a column of amplitudes.</summary>
    public static string OutputOf(string column) => $"{Prefix}out.{column}";

    /// <summary>One image of the graph.</summary>
    /// <param name="Input">Name of the uint8 [3,height,width] input.</param>
    /// <param name="Output">Name of the float [128] output.</param>
    /// <param name="Height">Height in pixels.</param>
    /// <param name="Width">Width in pixels.</param>
    public sealed record Image(string Input, string Output, int Height, int Width);

    /// <summary>Builds the model for a list of images, each computed by itself.</summary>
    public static byte[] Build(IEnumerable<Image> images, DctAmplitudeOptions options)
    {
        var graph = new OnnxGraphBuilder(GraphName);
        var transposedBases = new Dictionary<int, string>();
        foreach (var image in images)
        {
            DctAmplitudes.CheckSize(image.Height, image.Width, options.Bands);
            var input = graph.RowInput(image.Input, OnnxType.UInt8, 3, image.Height, image.Width);
            var coefficients = Transform(graph, transposedBases, NormalizedGray(graph, input, image), image.Height, image.Width);
            if (!options.AverageSigned)
                coefficients = graph.Node("Abs", [coefficients]);
            var means = options.Bands switch
            {
                DctBandLayout.Zigzag => ZigzagMeans(graph, coefficients, image),
                _ when image.Height == image.Width => AntidiagonalMeans(graph, coefficients, image.Width),
                _ => DiagonalMeans(graph, coefficients, image),
            };
            if (options.Logarithmic)
                means = graph.Node("Log", [graph.Node("Add", [means, graph.Scalar(1)])]);
            graph.RowOutput(means, image.Output, OnnxType.Float, DctBands.Count);
        }
        return graph.Build();
    }

    private static string NormalizedGray(OnnxGraphBuilder graph, string input, Image image)
    {
        var factors = new float[3];
        var offset = 0f;
        for (var channel = 0; channel < 3; channel++)
        {
            factors[channel] = ImageNormalization.Factor(channel) / 3;
            offset += ImageNormalization.Offset(channel) / 3;
        }
        // A matrix product is several times as fast as a sum.
        var planes = graph.Node("Reshape", [graph.Node("Cast", [input], Attribute("to", (long)OnnxType.Float)), graph.Integers(-1, 3, (long)image.Height * image.Width)]);
        var sum = graph.Node("Reshape", [graph.Node("MatMul", [graph.Constant(factors, 1, 3), planes]), graph.Integers(-1, image.Height, image.Width)]);
        return graph.Node("Add", [sum, graph.Scalar(offset)]);
    }

    private static string Transform(OnnxGraphBuilder graph, Dictionary<int, string> transposedBases, string plane, int height, int width)
    {
        var along = graph.Node("MatMul", [plane, TransposedBasis(width)]);
        var rows = graph.Node("Transpose", [TransposedBasis(height)], Attribute("perm", [1, 0]));
        return graph.Node("MatMul", [rows, along]);

        string TransposedBasis(int n)
        {
            if (!transposedBases.TryGetValue(n, out var name))
            {
                var basis = Dct.Basis(n);
                var transposed = new float[n * n];
                for (var u = 0; u < n; u++)
                {
                    for (var x = 0; x < n; x++)
                        transposed[x * n + u] = (float)basis[u * n + x];
                }
                transposedBases[n] = name = graph.Constant(transposed, n, n);
            }
            return name;
        }
    }

    /// <summary>In a square the coefficients of a band lie on anti-diagonals u + v: each row is moved to the right by its number, and the columns are added up.</summary>
    private static string AntidiagonalMeans(OnnxGraphBuilder graph, string coefficients, int side)
    {
        // Rows of 2 side numbers, read again as rows of 2 side - 1.
        long diagonals = 2 * side - 1;
        var padded = graph.Node("Pad", [coefficients, graph.Integers(0, 0, 0, 0, 0, side)]);
        var flat = graph.Node("Reshape", [padded, graph.Integers(-1, 2L * side * side)]);
        var moved = graph.Node("Reshape", [graph.Node("Slice", [flat, graph.Integers(0), graph.Integers(side * diagonals), graph.Integers(1)]), graph.Integers(-1, side, diagonals)]);
        var ones = graph.Constant([.. Enumerable.Repeat(1f, side)], 1, side);
        var sums = graph.Node("Reshape", [graph.Node("MatMul", [ones, moved]), graph.Integers(-1, diagonals)]);
        var sizes = DctBands.DiagonalSizes(side, side);
        var shares = new float[diagonals * DctBands.Count];
        for (var diagonal = 0; diagonal < diagonals; diagonal++)
        {
            var band = DctBands.Diagonal(Math.Min(diagonal, side - 1), Math.Max(0, diagonal - side + 1), side, side);
            shares[diagonal * DctBands.Count + band] = 1f / sizes[band];
        }
        return graph.Node("MatMul", [sums, graph.Constant(shares, diagonals, DctBands.Count)]);
    }

    private static string DiagonalMeans(OnnxGraphBuilder graph, string coefficients, Image image)
    {
        var (height, width) = (image.Height, image.Width);
        var flat = Flat(graph, coefficients, image);
        // band = (u width + v height) 64 / (height width), in whole numbers; ONNX Runtime folds it into a constant when it loads the model.
        var rows = Enumerable.Range(0, height).Select(u => (long)u * width * (DctBands.Count / 2)).ToArray();
        var columns = Enumerable.Range(0, width).Select(v => (long)v * height * (DctBands.Count / 2)).ToArray();
        var sum = graph.Node("Add", [graph.Constant(rows, height, 1), graph.Constant(columns, 1, width)]);
        var bands = graph.Node("Div", [sum, graph.Integers((long)height * width)]);
        // The same places for each image of the batch.
        var places = graph.Node("Expand", [graph.Node("Reshape", [bands, graph.Integers(1, -1)]), graph.Node("Shape", [flat])]);
        var images = graph.Node("Shape", [flat], Attribute("end", 1));
        var zeros = graph.Node("Expand", [graph.Constant([0f], 1, 1), graph.Node("Concat", [images, graph.Integers(DctBands.Count)], Attribute("axis", 0))]);
        var sums = graph.Node("ScatterElements", [zeros, places, flat], Attribute("axis", 1), Attribute("reduction", "add"));
        var shares = DctBands.DiagonalSizes(height, width).Select(size => 1f / Math.Max(1, size)).ToArray();
        return graph.Node("Mul", [sums, graph.Constant(shares, DctBands.Count)]);
    }

    private static string ZigzagMeans(OnnxGraphBuilder graph, string coefficients, Image image)
    {
        var order = graph.Constant([.. DctBands.Zigzag().Select(at => (long)at.U * image.Width + at.V)], DctBands.Count * DctBands.ZigzagRun);
        var walked = graph.Node("Gather", [Flat(graph, coefficients, image), order], Attribute("axis", 1));
        var runs = graph.Node("Reshape", [walked, graph.Integers(-1, DctBands.Count, DctBands.ZigzagRun)]);
        return graph.Node("ReduceMean", [runs], Attribute("axes", [2]), Attribute("keepdims", 0));
    }

    private static string Flat(OnnxGraphBuilder graph, string coefficients, Image image)
        => graph.Node("Reshape", [coefficients, graph.Integers(-1, (long)image.Height * image.Width)]);
}
