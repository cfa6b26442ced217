using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace CDNet.MLNet.Tests.Pipeline;

public sealed class MaskSource
{
    public float FaceConfidence { get; set; }

    public VBuffer<float> Amplitudes { get; set; }
}

public sealed class MaskTarget
{
    [VectorType(128)]
    public float[] Features { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
public sealed class NanWithoutFace : CustomMappingFactory<MaskSource, MaskTarget>
{
    public const string Contract = "Tests.NanWithoutFace";

    public override Action<MaskSource, MaskTarget> GetMapping() => Map;

    public static void Map(MaskSource source, MaskTarget target)
        => target.Features = source.FaceConfidence > 0 ? [.. source.Amplitudes.DenseValues()] : [.. Enumerable.Repeat(float.NaN, 128)];
}
