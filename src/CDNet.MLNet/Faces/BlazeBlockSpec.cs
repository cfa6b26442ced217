namespace CDNet.MLNet.Faces;

/// <summary>A block of BlazeFace (figure 2 of its paper): separable convolutions of 5x5 beside a connection that skips them.</summary>
/// <param name="Inputs">Channels that come in.</param>
/// <param name="Bottleneck">Channels between the two separable convolutions of a double block; 0 for a single block.</param>
/// <param name="Outputs">Channels that go out, at least <paramref name="Inputs"/>: the skip is filled up with zeros.</param>
/// <param name="Stride">1, or 2: then the skip takes the maximum of 2x2 pixels.</param>
/// <remarks>Batch norms stand behind each pointwise convolution; scoring folds them away.</remarks>
internal sealed record BlazeBlockSpec(int Inputs, int Bottleneck, int Outputs, int Stride)
{
    public const int KernelSide = 5;

    public const string Depthwise = "depthwise";
    public const string Pointwise = "pointwise";
    public const string Norm = "norm";
}
