namespace CDNet.MLNet.Faces;

/// <summary>The network that measures the key points of one face in a window of its own: BlazeFace's blocks, and a layer that sees the whole window.</summary>
/// <remarks>
/// A detector says where a face is in a window in which it may have any size and place, and errs by a pixel or two of its grid. This one sees faces of one size in the middle, so all of what it has learnt is about where in the face the points are.
/// </remarks>
internal static class KeypointSpec
{
    /// <summary>Side of the window in pixels.</summary>
    public const int InputSide = 80;

    /// <summary>Side of the window in sides of the detector's box, in the mean of what it has learnt from.</summary>
    public const float Reach = 1.3f;

    public const int StemOutputs = 24;
    public const int HeadChannels = 16;

    /// <summary>Side of the grid that the last layer sees.</summary>
    public const int Grid = InputSide / 8;

    public const string Stem = "stem";
    public const string StemNorm = "stemNorm";
    public const string Body = "blocks";
    public const string Squeeze = "squeeze";
    public const string Head = "head";

    public static IReadOnlyList<BlazeBlockSpec> Blocks { get; } =
        [new(24, 0, 48, 2), new(48, 0, 48, 1), new(48, 0, 48, 1), new(48, 0, 64, 2), new(64, 0, 64, 1), new(64, 0, 64, 1)];
}
