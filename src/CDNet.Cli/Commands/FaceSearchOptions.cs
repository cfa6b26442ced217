using System.CommandLine;
using System.Globalization;
using CDNet.Cli.Inputs;
using CDNet.MLNet.Faces;

namespace CDNet.Cli.Commands;

/// <summary>The options of commands that find faces anew.</summary>
internal sealed class FaceSearchOptions
{
    private static readonly FacePartCropOptions Usual = new();

    public Option<string> Detector { get; } = CommonOptions.Detector();

    public Option<float> MinConfidence { get; } = CommonOptions.MinConfidence();

    public Option<float?> SecondLook { get; } = CommonOptions.SecondLook(Usual.SecondLook.ToString(CultureInfo.InvariantCulture));

    public Option<int?> TileSide { get; } = CommonOptions.TileSide(Usual.TileSide.ToString(CultureInfo.InvariantCulture));

    /// <summary>What is asked for; null where an option is left out.</summary>
    public FaceSearch Parse(ParseResult parsed) => new(
        parsed.GetValue(Detector),
        parsed.GetResult(MinConfidence) is { Implicit: false } ? parsed.GetValue(MinConfidence) : null,
        parsed.GetValue(SecondLook),
        parsed.GetValue(TileSide));
}
