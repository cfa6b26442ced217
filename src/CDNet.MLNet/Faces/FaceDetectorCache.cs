namespace CDNet.MLNet.Faces;

/// <summary>Detectors that saved models brought along, loaded once a process and shared by all of its rows and threads.</summary>
/// <remarks>A mapping of ML.NET has no state of its own, so the session must live somewhere; few different detectors are in use at a time.</remarks>
internal static class FaceDetectorCache
{
    private const int Capacity = 8;

    private static readonly Lock Gate = new();
    private static readonly LinkedList<(byte[] Id, Lazy<FaceDetector> Detector)> Recent = new();

    /// <summary>The detector of a model.</summary>
    /// <param name="id">SHA-256 of the model.</param>
    /// <param name="onnx">The model; read only where the detector is not loaded yet.</param>
    /// <exception cref="InvalidDataException">The bytes are no detector.</exception>
    public static FaceDetector Get(ReadOnlySpan<byte> id, ReadOnlySpan<byte> onnx)
    {
        Lazy<FaceDetector> found;
        lock (Gate)
        {
            var node = Recent.First;
            while (node is not null && !id.SequenceEqual(node.Value.Id))
                node = node.Next;
            if (node is null)
            {
                var (claimed, bytes) = (id.ToArray(), onnx.ToArray());
                node = new((claimed, new(() => Load(claimed, bytes))));
            }
            else
            {
                Recent.Remove(node);
            }
            Recent.AddFirst(node);
            // Another thread may still be using the oldest: its finalizer frees it.
            if (Recent.Count > Capacity)
                Recent.RemoveLast();
            found = node.Value.Detector;
        }
        return found.Value;
    }

    private static FaceDetector Load(byte[] id, byte[] onnx)
    {
        const string name = "the saved model's face detector";
        var model = FaceDetectorModel.FromBytes(onnx, name);
        return model.Id.AsSpan().SequenceEqual(id)
            ? new FaceDetector(model)
            : throw new InvalidDataException($"{name} does not match its SHA-256: the model file is damaged or was changed.");
    }
}
