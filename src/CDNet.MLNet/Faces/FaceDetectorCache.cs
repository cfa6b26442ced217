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
                var bytes = onnx.ToArray();
                node = new((id.ToArray(), new(() => new FaceDetector(FaceDetectorModel.FromBytes(bytes, "the saved model's face detector")))));
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
}
