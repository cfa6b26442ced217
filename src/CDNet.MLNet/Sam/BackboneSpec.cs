namespace CDNet.MLNet.Sam;

/// <summary>One residual block of separable convolutions, as in Xception.</summary>
/// <param name="Inputs">Channels in.</param>
/// <param name="Outputs">Channels out.</param>
/// <param name="Repetitions">How many times ReLU, separable convolution 3x3 and batch norm follow each other.</param>
/// <param name="Stride">Above 1, a 3x3 max pooling with this stride ends the block.</param>
/// <param name="StartsWithRelu">False for the first block, whose input has just been through a ReLU.</param>
internal sealed record BlockSpec(int Inputs, int Outputs, int Repetitions, int Stride, bool StartsWithRelu = true)
{
    /// <summary>Whether the skip connection needs a convolution to match shapes.</summary>
    public bool HasSkipConvolution => Inputs != Outputs || Stride != 1;
}

/// <summary>A small Xception-like network from an RGB picture to a vector (section 3.2 of the paper).</summary>
/// <remarks>Stem: 3x3 convolution with stride 2, then 3x3 without padding; then the blocks; then a separable convolution and the mean over the picture.</remarks>
/// <param name="Name">Prefix of the names of its weights.</param>
/// <param name="StemChannels">Channels after the first convolution.</param>
/// <param name="Blocks">The residual blocks; the first one's inputs are the stem's outputs.</param>
internal sealed record BackboneSpec(string Name, int StemChannels, IReadOnlyList<BlockSpec> Blocks)
{
    /// <summary>Smallest picture side that leaves at least one pixel everywhere.</summary>
    public const int MinSide = 16;

    /// <summary>Channels into the blocks.</summary>
    public int StemOutputs => Blocks[0].Inputs;

    /// <summary>Length of the vector.</summary>
    public int Outputs => Blocks[^1].Outputs;
}

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
    public static BackboneSpec Part { get; } = new("part", 32,
    [
        new(64, 128, Repetitions: 2, Stride: 1, StartsWithRelu: false),
        new(128, 128, Repetitions: 3, Stride: 1),
        new(128, 256, Repetitions: 2, Stride: 1),
        new(256, 256, Repetitions: 3, Stride: 1),
    ]);

    /// <summary>The network of the whole face: shallower, because it only adds context.</summary>
    public static BackboneSpec Face { get; } = new("face", 32,
    [
        new(64, 128, Repetitions: 2, Stride: 2, StartsWithRelu: false),
        new(128, 128, Repetitions: 2, Stride: 1),
        new(128, 128, Repetitions: 1, Stride: 2),
        new(128, 256, Repetitions: 2, Stride: 2),
        new(256, 256, Repetitions: 2, Stride: 1),
        new(256, 256, Repetitions: 1, Stride: 2),
    ]);

    /// <summary>Length of the concatenated vector: face, parts, then the amplitudes of face and parts.</summary>
    public static int Concatenated { get; } = Face.Outputs + Parts * Part.Outputs + AllAmplitudes;
}
