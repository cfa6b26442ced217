namespace CDNet.MLNet.Data;

/// <summary>A picture or a video whose truth is known.</summary>
/// <param name="Path">The file.</param>
/// <param name="IsFake">The label.</param>
/// <param name="Split">The part of the data it belongs to, for example train, val or test; empty where there is none.</param>
/// <param name="SourceVideo">The original recording behind it: pictures of one source stay on one side of a split. Its own path where it is not known.</param>
/// <param name="Video">The video whose frame it is: video figures average over it. Its own path where it is not known.</param>
/// <param name="Method">The way the fake was made, for example Deepfakes; empty where it is not known and for reals.</param>
public sealed record LabeledPicture(string Path, bool IsFake, string Split, string SourceVideo, string Video, string Method = "");

/// <summary>Something that was left out, and why.</summary>
/// <param name="Item">The file or the line.</param>
/// <param name="Reason">What was found and what was expected.</param>
public sealed record SkippedItem(string Item, string Reason);
