using Google.FlatBuffers;

namespace CDNet.TestSupport;

/// <summary>TensorFlow Lite files that tests write.</summary>
public static class TinyTflite
{
    /// <summary>A TensorFlow Lite file with one operator: [1,4,4,1] in, kernel [1,3,3,1], bias [1], [1,2,2,1] out.</summary>
    public static byte[] Convolution(byte operatorCode, IEnumerable<float> kernel)
    {
        var file = new FlatBufferBuilder(1024);
        int[] buffers =
        [
            Buffer(file, []),
            Buffer(file, [.. kernel.SelectMany(BitConverter.GetBytes)]),
            Buffer(file, BitConverter.GetBytes(0.5f)),
        ];
        int[] tensors =
        [
            Tensor(file, "in", 0, 1, 4, 4, 1), Tensor(file, "kernel", 1, 1, 3, 3, 1), Tensor(file, "bias", 2, 1), Tensor(file, "out", 0, 1, 2, 2, 1),
        ];
        // Conv2DOptions: padding SAME, strides 2 and 2.
        file.StartTable(6);
        file.AddInt(1, 2, 0);
        file.AddInt(2, 2, 0);
        var options = file.EndTable();
        var (inputs, outputs) = (Ints(file, 0, 1, 2), Ints(file, 3));
        file.StartTable(5);
        file.AddOffset(1, inputs, 0);
        file.AddOffset(2, outputs, 0);
        file.AddByte(3, 1, 0);
        file.AddOffset(4, options, 0);
        var op = file.EndTable();
        var (operators, tensorList, graphIn, graphOut) = (Offsets(file, op), Offsets(file, tensors), Ints(file, 0), Ints(file, 3));
        file.StartTable(4);
        file.AddOffset(0, tensorList, 0);
        file.AddOffset(1, graphIn, 0);
        file.AddOffset(2, graphOut, 0);
        file.AddOffset(3, operators, 0);
        var graph = file.EndTable();
        file.StartTable(1);
        file.AddByte(0, operatorCode, 0);
        var code = file.EndTable();
        var (codes, graphs, bufferList) = (Offsets(file, code), Offsets(file, graph), Offsets(file, buffers));
        file.StartTable(5);
        file.AddInt(0, 3, 0);
        file.AddOffset(1, codes, 0);
        file.AddOffset(2, graphs, 0);
        file.AddOffset(4, bufferList, 0);
        file.Finish(file.EndTable(), "TFL3");
        return file.SizedByteArray();
    }

    private static int Tensor(FlatBufferBuilder file, string name, int buffer, params int[] shape)
    {
        var (text, list) = (file.CreateString(name).Value, Ints(file, shape));
        file.StartTable(4);
        file.AddOffset(0, list, 0);
        file.AddInt(2, buffer, 0);
        file.AddOffset(3, text, 0);
        return file.EndTable();
    }

    private static int Buffer(FlatBufferBuilder file, byte[] data)
    {
        file.StartVector(1, data.Length, 1);
        for (var i = data.Length - 1; i >= 0; i--)
            file.AddByte(data[i]);
        var list = file.EndVector().Value;
        file.StartTable(1);
        if (data.Length > 0)
            file.AddOffset(0, list, 0);
        return file.EndTable();
    }

    private static int Ints(FlatBufferBuilder file, params int[] values)
    {
        file.StartVector(4, values.Length, 4);
        foreach (var value in values.Reverse())
            file.AddInt(value);
        return file.EndVector().Value;
    }

    private static int Offsets(FlatBufferBuilder file, params int[] offsets)
    {
        file.StartVector(4, offsets.Length, 4);
        foreach (var offset in offsets.Reverse())
            file.AddOffset(offset);
        return file.EndVector().Value;
    }
}
