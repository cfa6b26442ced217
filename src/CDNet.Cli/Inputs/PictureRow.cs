using CDNet.MLNet.Data;

namespace CDNet.Cli.Inputs;

/// <summary>A labelled picture as a row of training data.</summary>
internal sealed class PictureRow(LabeledPicture picture, bool isValidation)
{
    public string Path { get; set; } = picture.Path;

    public bool Label { get; set; } = picture.IsFake;

    public string SourceVideo { get; set; } = picture.SourceVideo;

    public bool IsValidation { get; set; } = isValidation;
}
