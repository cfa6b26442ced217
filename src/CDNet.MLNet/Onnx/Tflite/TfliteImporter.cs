using System.Runtime.InteropServices;
using static CDNet.MLNet.Onnx.OnnxGraphBuilder;

namespace CDNet.MLNet.Onnx.Tflite;

/// <summary>Rebuilds a TensorFlow Lite graph (NHWC, one picture) as ONNX nodes (NCHW, any batch).</summary>
/// <remarks>
/// Only the operators of MediaPipe's face detectors are known; any other one is refused by name.
/// Half-precision weights stay half precision in the file and are widened by a Cast, which ONNX Runtime folds away when it loads the model.
/// </remarks>
internal sealed class TfliteImporter
{
    private const byte SamePadding = 0;
    private const byte NoActivation = 0;
    private const byte ReluActivation = 1;

    private readonly TfliteFile _file;
    private readonly OnnxGraphBuilder _graph;
    private readonly Dictionary<int, string> _names = [];
    // What a DEQUANTIZE widens: a convolution reads its constants through it.
    private readonly Dictionary<int, int> _widened = [];
    // Several operators may read one constant, but not make a small file a large model.
    private long _left = TfliteFile.MaxBytes;

    private TfliteImporter(TfliteFile file, OnnxGraphBuilder graph)
    {
        _file = file;
        _graph = graph;
    }

    /// <summary>Appends the nodes of <paramref name="file"/> to <paramref name="graph"/>.</summary>
    /// <param name="file">The model to import.</param>
    /// <param name="graph">The graph that receives its nodes.</param>
    /// <param name="input">Name of the [N,C,H,W] tensor that the model's single input reads.</param>
    /// <returns>The names of the model's outputs, in the model's order, with its own (NHWC) element order.</returns>
    /// <exception cref="InvalidDataException">An operator, activation, padding or type that is not known.</exception>
    public static string[] Import(TfliteFile file, OnnxGraphBuilder graph, string input)
    {
        var importer = new TfliteImporter(file, graph);
        try
        {
            importer._names[file.Inputs[0]] = input;
            foreach (var op in file.Operators)
                importer.Convert(op);
            return [.. file.Outputs.Select(importer.Value)];
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            // An operator has fewer inputs, outputs or dimensions than its kind must have.
            throw new InvalidDataException($"{file.Name}: the TensorFlow Lite model is damaged: an operator is incomplete.", e);
        }
    }

    private void Convert(TfliteOperator op)
    {
        switch (op.Code)
        {
            case TfliteOperatorCode.Dequantize:
                _widened[op.Outputs[0]] = op.Inputs[0];
                return;
            case TfliteOperatorCode.Conv2D:
                Define(op, Convolution(op, depthwise: false), activationField: 3);
                return;
            case TfliteOperatorCode.DepthwiseConv2D:
                Define(op, Convolution(op, depthwise: true), activationField: 4);
                return;
            case TfliteOperatorCode.MaxPool2D:
                Define(op, MaxPool(op), activationField: 5);
                return;
            case TfliteOperatorCode.Add:
                Define(op, _graph.Node("Add", [Value(op.Inputs[0]), Value(op.Inputs[1])]), activationField: 0);
                return;
            case TfliteOperatorCode.Concatenation:
                Define(op, Concatenation(op), activationField: 1);
                return;
            case TfliteOperatorCode.Relu:
                _names[op.Outputs[0]] = _graph.Node("Relu", [Value(op.Inputs[0])]);
                return;
            case TfliteOperatorCode.Pad:
                _names[op.Outputs[0]] = Pad(op);
                return;
            case TfliteOperatorCode.Reshape:
                _names[op.Outputs[0]] = Reshape(op);
                return;
            case TfliteOperatorCode.ResizeBilinear:
                _names[op.Outputs[0]] = ResizeBilinear(op);
                return;
            default:
                throw Unsupported(op, $"the operator {(Enum.IsDefined(op.Code) ? op.Code.ToString() : $"number {(int)op.Code}")}");
        }
    }

    private string Convolution(TfliteOperator op, bool depthwise)
    {
        var options = Options(op);
        var weights = Constant(op.Inputs[1]);
        if (weights.Shape.Length != 4)
            throw Unsupported(op, $"a kernel of {weights.Shape.Length} dimensions");
        if (depthwise && options.Int32(3, 1) != 1)
            throw Unsupported(op, $"a depth multiplier of {options.Int32(3, 1)}");
        var (dilationX, dilationY) = depthwise ? (options.Int32(5, 1), options.Int32(6, 1)) : (options.Int32(4, 1), options.Int32(5, 1));
        if (dilationX != 1 || dilationY != 1)
            throw Unsupported(op, $"a dilation of {dilationX}x{dilationY}");

        var (kernelHeight, kernelWidth) = (weights.Shape[1], weights.Shape[2]);
        var (strideX, strideY) = (options.Int32(1), options.Int32(2));
        // Depthwise kernels come as [1,kh,kw,C], others as [O,kh,kw,I]; ONNX takes [C,1,kh,kw] and [O,I,kh,kw].
        var kernel = Transposed(weights, depthwise ? [3, 0, 1, 2] : [0, 3, 1, 2]);
        string[] inputs = op.Inputs.Length > 2 && op.Inputs[2] >= 0
            ? [Value(op.Inputs[0]), kernel, Weights(Constant(op.Inputs[2]))]
            : [Value(op.Inputs[0]), kernel];
        return _graph.Node(
            "Conv",
            inputs,
            Attribute("kernel_shape", [kernelHeight, kernelWidth]),
            Attribute("strides", [strideY, strideX]),
            Attribute("pads", Pads(op, options.Byte(0), kernelHeight, kernelWidth, strideY, strideX)),
            Attribute("group", depthwise ? weights.Shape[3] : 1));
    }

    private string MaxPool(TfliteOperator op)
    {
        var options = Options(op);
        var (strideX, strideY, width, height) = (options.Int32(1), options.Int32(2), options.Int32(3), options.Int32(4));
        return _graph.Node(
            "MaxPool",
            [Value(op.Inputs[0])],
            Attribute("kernel_shape", [height, width]),
            Attribute("strides", [strideY, strideX]),
            Attribute("pads", Pads(op, options.Byte(0), height, width, strideY, strideX)));
    }

    /// <summary>TensorFlow's SAME padding puts the odd pixel at the end: [top, left, bottom, right].</summary>
    private long[] Pads(TfliteOperator op, byte padding, int kernelHeight, int kernelWidth, int strideY, int strideX)
    {
        if (strideX < 1 || strideY < 1)
            throw Unsupported(op, $"a stride of {strideX}x{strideY}");
        if (padding != SamePadding)
            return [0, 0, 0, 0];
        var shape = _file.Tensors[op.Inputs[0]].Shape;
        var vertical = SamePads(shape[1], kernelHeight, strideY);
        var horizontal = SamePads(shape[2], kernelWidth, strideX);
        return [vertical.Before, horizontal.Before, vertical.After, horizontal.After];
    }

    private static (long Before, long After) SamePads(int size, int kernel, int stride)
    {
        var outputs = (size + stride - 1) / stride;
        var total = Math.Max((outputs - 1) * stride + kernel - size, 0);
        return (total / 2, total - total / 2);
    }

    private string Concatenation(TfliteOperator op)
    {
        var rank = _file.Tensors[op.Outputs[0]].Shape.Length;
        var axis = Options(op).Int32(0);
        axis = axis < 0 ? axis + rank : axis;
        return _graph.Node("Concat", [.. op.Inputs.Select(Value)], Attribute("axis", rank == 4 ? ToNchw(axis) : axis));
    }

    private string Pad(TfliteOperator op)
    {
        var amounts = Integers(op, op.Inputs[1]);
        if (amounts.Length != 8)
            throw Unsupported(op, $"padding of {amounts.Length / 2} dimensions");
        var pads = new long[8];
        for (var axis = 0; axis < 4; axis++)
        {
            pads[ToNchw(axis)] = amounts[2 * axis];
            pads[4 + ToNchw(axis)] = amounts[2 * axis + 1];
        }
        return _graph.Node("Pad", [Value(op.Inputs[0]), _graph.Integers(pads)]);
    }

    private string Reshape(TfliteOperator op)
    {
        var shape = _file.Tensors[op.Outputs[0]].Shape;
        if (shape.Length is 0 or 4)
            throw Unsupported(op, $"a reshape to {shape.Length} dimensions");
        var input = Value(op.Inputs[0]);
        if (_file.Tensors[op.Inputs[0]].Shape.Length == 4)
            input = _graph.Node("Transpose", [input], Attribute("perm", [0, 2, 3, 1]));
        // A zero keeps the batch as it is.
        return _graph.Node("Reshape", [input, _graph.Integers([0, .. shape.Skip(1).Select(size => (long)size)])]);
    }

    private string ResizeBilinear(TfliteOperator op)
    {
        var options = Options(op);
        var size = Integers(op, op.Inputs[1]);
        var before = _file.Tensors[op.Inputs[0]].Shape;
        if (size.Length != 2 || before.Length != 4)
            throw Unsupported(op, $"a target size of {size.Length} numbers");
        var mode = (alignCorners: options.Byte(2) != 0, halfPixel: options.Byte(3) != 0) switch
        {
            (alignCorners: true, _) => "align_corners",
            (_, halfPixel: true) => "half_pixel",
            _ => "asymmetric",
        };
        var scales = _graph.Constant([1f, 1f, (float)size[0] / before[1], (float)size[1] / before[2]], 4);
        return _graph.Node(
            "Resize",
            [Value(op.Inputs[0]), "", scales],
            Attribute("mode", "linear"),
            Attribute("coordinate_transformation_mode", mode));
    }

    private void Define(TfliteOperator op, string value, int activationField)
    {
        var activation = op.Options?.Byte(activationField) ?? NoActivation;
        _names[op.Outputs[0]] = activation switch
        {
            NoActivation => value,
            ReluActivation => _graph.Node("Relu", [value]),
            _ => throw Unsupported(op, $"the fused activation number {activation}"),
        };
    }

    private string Value(int tensor)
    {
        if (_names.TryGetValue(tensor, out var name))
            return name;
        throw new InvalidDataException($"{_file.Name}: the tensor {_file.Tensors[tensor].Name} is read before anything wrote it.");
    }

    private TfliteTensor Constant(int tensor)
    {
        var constant = _file.Tensors[_widened.GetValueOrDefault(tensor, tensor)];
        return constant is { IsConstant: true, IsSparse: false, Type: TfliteType.Float32 or TfliteType.Float16 }
            ? constant
            : throw new InvalidDataException($"{_file.Name}: the weights {constant.Name} are {(constant.IsSparse ? "sparse" : constant.Type.ToString())}; expected dense Float32 or Float16 constants.");
    }

    private int[] Integers(TfliteOperator op, int tensor)
    {
        var constant = _file.Tensors[tensor];
        return constant is { IsConstant: true, Type: TfliteType.Int32 }
            ? MemoryMarshal.Cast<byte, int>(constant.Data.Span).ToArray()
            : throw Unsupported(op, "an argument that is no constant list of integers");
    }

    private string Weights(TfliteTensor constant)
    {
        _left -= constant.Data.Length;
        if (_left < 0)
            throw new InvalidDataException($"{_file.Name}: the operators read more than {TfliteFile.MaxBytes:N0} bytes of constants.");
        var half = constant.Type == TfliteType.Float16;
        var name = _graph.Constant(half ? OnnxType.Float16 : OnnxType.Float, constant.Data.Span, [.. constant.Shape.Select(size => (long)size)]);
        return half ? _graph.Node("Cast", [name], Attribute("to", (long)OnnxType.Float)) : name;
    }

    private string Transposed(TfliteTensor constant, long[] permutation)
        => _graph.Node("Transpose", [Weights(constant)], Attribute("perm", permutation));

    private TfliteTable Options(TfliteOperator op) => op.Options ?? throw Unsupported(op, "no options");

    private static int ToNchw(int nhwcAxis) => nhwcAxis switch { 0 => 0, 1 => 2, 2 => 3, _ => 1 };

    private InvalidDataException Unsupported(TfliteOperator op, string what)
        => new($"{_file.Name}: the operator {op.Code} has {what}, which is not supported. Supported: {string.Join(", ", Enum.GetNames<TfliteOperatorCode>())}.");
}
