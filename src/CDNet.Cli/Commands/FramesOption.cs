using System.CommandLine;
using System.Globalization;

namespace CDNet.Cli.Commands;

/// <summary>How many frames of a video are taken.</summary>
internal static class FramesOption
{
    private const string All = "all";

    public static Option<string> Create() => new("--frames")
    {
        Description = $"Frames of each video, spread evenly, or {All}.",
        DefaultValueFactory = _ => "32",
    };

    /// <summary>The number; null for all.</summary>
    public static int? Parse(string text)
    {
        if (text == All)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1
            ? count
            : throw new ArgumentException($"--frames is {text}; expected a whole number from 1, or {All}.");
    }
}
