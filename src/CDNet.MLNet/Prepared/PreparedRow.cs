using Microsoft.ML.Data;

namespace CDNet.MLNet.Prepared;

/// <summary>A row of a prepared set, as <see cref="PreparedColumns"/> describes it.</summary>
internal sealed class PreparedRow
{
    public string Path { get; set; } = "";

    public string Video { get; set; } = "";

    public string SourceVideo { get; set; } = "";

    public string Method { get; set; } = "";

    public string Split { get; set; } = "";

    public bool Label { get; set; }

    public int Frame { get; set; }

    [VectorType(4)]
    public float[] FaceBox { get; set; } = new float[4];

    [VectorType(Faces.FaceKeypoints.Length)]
    public float[] FaceKeypoints { get; set; } = new float[Faces.FaceKeypoints.Length];

    public float FaceConfidence { get; set; }

    public int FaceCount { get; set; }

    public byte[] FaceEncoded { get; set; } = [];

    public byte[] RightEyeEncoded { get; set; } = [];

    public byte[] LeftEyeEncoded { get; set; } = [];

    public byte[] NoseEncoded { get; set; } = [];

    public byte[] MouthEncoded { get; set; } = [];
}
