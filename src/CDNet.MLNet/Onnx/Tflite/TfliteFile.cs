using Google.FlatBuffers;

namespace CDNet.MLNet.Onnx.Tflite;

/// <summary>A TensorFlow Lite model: one graph of operators over NHWC tensors, with the constants resolved.</summary>
internal sealed class TfliteFile
{
    /// <summary>Largest file that is read. The detectors this project imports are about 1 MB.</summary>
    public const long MaxBytes = 64 << 20;

    /// <summary>Most tensors, operators, buffers and kinds of operators, each: 4,096. The largest of the three detectors has 362 tensors.</summary>
    public const int MaxItems = 4096;

    /// <summary>Most dimensions of a tensor, and most inputs and outputs of an operator or of the model: 64.</summary>
    public const int MaxList = 64;

    /// <summary>Most bytes of a tensor's name: 1,024.</summary>
    public const int MaxNameBytes = 1024;

    private TfliteFile(string name, TfliteTensor[] tensors, int[] inputs, int[] outputs, TfliteOperator[] operators)
    {
        Name = name;
        Tensors = tensors;
        Inputs = inputs;
        Outputs = outputs;
        Operators = operators;
    }

    /// <summary>What messages call this model: the path it was read from.</summary>
    public string Name { get; }

    public TfliteTensor[] Tensors { get; }

    public int[] Inputs { get; }

    public int[] Outputs { get; }

    public TfliteOperator[] Operators { get; }

    /// <exception cref="InvalidDataException">The bytes are no TensorFlow Lite model, or a broken one.</exception>
    public static TfliteFile Parse(byte[] bytes, string name)
    {
        if (!IsTflite(bytes))
            throw new InvalidDataException($"{name}: not a TensorFlow Lite model (the file does not carry the mark TFL3).");
        try
        {
            return Read(TfliteTable.Root(new ByteBuffer(bytes)), name);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException($"{name}: the TensorFlow Lite model is truncated or damaged ({bytes.Length:N0} bytes). Fetch the file again.", e);
        }
    }

    /// <summary>Whether the bytes begin as a TensorFlow Lite model does.</summary>
    public static bool IsTflite(ReadOnlySpan<byte> bytes) => bytes.Length >= 8 && bytes[4..8].SequenceEqual("TFL3"u8);

    private static TfliteFile Read(TfliteTable model, string name)
    {
        // Field numbers are those of the TensorFlow Lite schema, version 3.
        var codes = model.Tables(1, MaxItems).Select(code => Math.Max(code.Byte(0), code.Int32(3))).ToArray();
        var graphs = model.Tables(2, MaxItems);
        var buffers = ReadBuffers(model);
        if (graphs.Length != 1)
            throw new InvalidDataException($"{name}: {graphs.Length} graphs in the model, expected 1.");

        var tensors = graphs[0].Tables(0, MaxItems).Select(tensor => ReadTensor(tensor, buffers)).ToArray();
        var operators = graphs[0].Tables(3, MaxItems).Select(op => ReadOperator(op, codes)).ToArray();
        var inputs = graphs[0].Int32s(1, MaxList);
        var outputs = graphs[0].Int32s(2, MaxList);
        foreach (var index in inputs.Concat(outputs).Concat(operators.SelectMany(op => op.Inputs.Where(i => i >= 0).Concat(op.Outputs))))
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)tensors.Length);
        return new TfliteFile(name, tensors, inputs, outputs, operators);
    }

    /// <summary>The constants, each read once: tensors may share them, but not make a small file a large model.</summary>
    private static ReadOnlyMemory<byte>[] ReadBuffers(TfliteTable model)
    {
        var left = model.FileLength;
        ReadOnlyMemory<byte> Buffer(TfliteTable buffer)
        {
            var bytes = buffer.Bytes(0, left);
            left -= bytes.Length;
            return bytes;
        }
        return [.. model.Tables(4, MaxItems).Select(Buffer)];
    }

    private static TfliteTensor ReadTensor(TfliteTable tensor, ReadOnlyMemory<byte>[] buffers)
    {
        var data = buffers[tensor.Int32(2)];
        var result = new TfliteTensor(tensor.Text(3, MaxNameBytes), (TfliteType)tensor.Byte(1), tensor.Int32s(0, MaxList), data, IsSparse: tensor.Table(6) is not null);
        if (!data.IsEmpty && !result.IsSparse && result.ElementBytes > 0 && data.Length != result.ElementCount * result.ElementBytes)
            throw new ArgumentException($"tensor {result.Name} has {data.Length} bytes for {result.ElementCount} elements");
        return result;
    }

    private static TfliteOperator ReadOperator(TfliteTable op, int[] codes)
        => new((TfliteOperatorCode)codes[op.Int32(0)], op.Int32s(1, MaxList), op.Int32s(2, MaxList), op.Table(4));
}

/// <summary>A tensor of a TensorFlow Lite graph. <paramref name="Data"/> is empty unless it is a constant.</summary>
internal sealed record TfliteTensor(string Name, TfliteType Type, int[] Shape, ReadOnlyMemory<byte> Data, bool IsSparse)
{
    public bool IsConstant => !Data.IsEmpty;

    public long ElementCount => Shape.Aggregate(1L, (product, size) => checked(product * size));

    public int ElementBytes => Type switch
    {
        TfliteType.Float32 or TfliteType.Int32 => 4,
        TfliteType.Float16 => 2,
        _ => 0,
    };
}

/// <summary>One step of a TensorFlow Lite graph; inputs and outputs are indices of tensors, -1 where an optional input is absent.</summary>
internal sealed record TfliteOperator(TfliteOperatorCode Code, int[] Inputs, int[] Outputs, TfliteTable? Options);

/// <summary>Element types, numbered as in the TensorFlow Lite schema.</summary>
internal enum TfliteType
{
    Float32 = 0,
    Float16 = 1,
    Int32 = 2,
}

/// <summary>The operators that MediaPipe's face detectors use, numbered as in the TensorFlow Lite schema.</summary>
internal enum TfliteOperatorCode
{
    Add = 0,
    Concatenation = 2,
    Conv2D = 3,
    DepthwiseConv2D = 4,
    Dequantize = 6,
    MaxPool2D = 17,
    Relu = 19,
    Reshape = 22,
    ResizeBilinear = 23,
    Pad = 34,
}
