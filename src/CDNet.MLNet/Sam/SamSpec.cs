using CDNet.MLNet.Networks;

namespace CDNet.MLNet.Sam;

/// <summary>The selective attention module: two backbones, the DCT amplitudes and a projection (Figure 1 of the paper).</summary>
/// <remarks>1,502,289 parameters with the stage-1 head: part network 517,600, face network 600,288, projection 384,200, head 201.</remarks>
internal static class SamSpec
{
    /// <summary>Length of the feature vector F.</summary>
    public const int Features = 200;

    /// <summary>Crops that go through the part network: right eye, left eye, nose, mouth.</summary>
    public const int Parts = 4;

    /// <summary>Amplitudes of one crop.</summary>
    public const int Amplitudes = 128;

    /// <summary>Amplitudes of the five crops.</summary>
    public const int AllAmplitudes = (1 + Parts) * Amplitudes;

    /// <summary>The network that the four parts share.</summary>
    public static BackboneSpec Part { get; } = new("part", StemChannels: 32, StemPadding: 1,
    [
        new(64, 128, Repetitions: 2, Stride: 1, StartsWithRelu: false),
        new(128, 128, Repetitions: 3, Stride: 1),
        new(128, 256, Repetitions: 2, Stride: 1),
        new(256, 256, Repetitions: 3, Stride: 1),
    ], Tail: [256]);

    /// <summary>The network of the whole face: shallower, because it only adds context.</summary>
    public static BackboneSpec Face { get; } = new("face", StemChannels: 32, StemPadding: 1,
    [
        new(64, 128, Repetitions: 2, Stride: 2, StartsWithRelu: false),
        new(128, 128, Repetitions: 2, Stride: 1),
        new(128, 128, Repetitions: 1, Stride: 2),
        new(128, 256, Repetitions: 2, Stride: 2),
        new(256, 256, Repetitions: 2, Stride: 1),
        new(256, 256, Repetitions: 1, Stride: 2),
    ], Tail: [256]);

    /// <summary>Length of the concatenated vector: face, parts, then the amplitudes of face and parts.</summary>
    public static int Concatenated { get; } = Face.Outputs + Parts * Part.Outputs + AllAmplitudes;

    /// <summary>The projection's weight [200, 1920].</summary>
    public const string ProjectionWeight = "projection.weight";

    /// <summary>The projection's bias [200].</summary>
    public const string ProjectionBias = "projection.bias";

    /// <summary>Mean of each of the 640 amplitudes over the training set.</summary>
    public const string AmplitudeMean = "amplitude_mean";

    /// <summary>Standard deviation of each of the 640 amplitudes over the training set.</summary>
    public const string AmplitudeDeviation = "amplitude_deviation";
}
