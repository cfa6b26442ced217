using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Video;

namespace CDNet.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<string> Model() => new("--model")
    {
        Description = "The model zip. Default: the model that comes with this program.",
        DefaultValueFactory = _ => CDNetModel.DefaultName,
    };

    public static Option<string> ModelOut() => new("--out") { Description = "The model zip to write. It may be the one that is read.", Required = true };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document and nothing else on standard output." };

    public static Option<int> Looks() => InRange(
        "--looks", "How often each face is looked at: as it was found, then a little moved and in a mirror; the mean of the scores counts. More are more reliable and take longer.", 1, 1, BatchScoringOptions.MaxLooks);

    public static Option<string> Precision() => OneOf(
        "--precision", "What the network computes in: full (32 bits), or int8, about twice as fast on processors with instructions for it, with scores that differ a little; only with a model that was made ready for it (cdnet models quantize), as the one that comes with this program is.", [.. Precisions.Keys]);

    /// <summary>The precisions by the names that <see cref="Precision"/> takes.</summary>
    public static IReadOnlyDictionary<string, ScoringPrecision> Precisions { get; } = new Dictionary<string, ScoringPrecision> { ["full"] = ScoringPrecision.Full, ["int8"] = ScoringPrecision.EightBit };

    public static Option<string> Root() => new("--root") { Description = "What relative paths in a CSV are relative to. Default: the CSV's folder." };

    public static Option<string> Data() => new("--data")
    {
        Description = "A folder with real/ and fake/ (or train/, val/, test/ with those inside), a CSV with the columns path, label (real or fake) and optionally split, source_video, video, method, a prepared set, "
            + "or with --manifest the folder that the download of that data set made.",
        Required = true,
    };

    public static Option<string> Manifest() => new("--manifest")
    {
        Description = "A manifest that says what is what in the data: a JSON file, or the name of one that is shipped (cdnet data list).",
    };

    public static Option<string?> Charts() => new("--charts") { Description = "A folder for the ROC curve and the reliability diagram as PNG. Default: none are drawn." };

    public static Option<string> Detector() => Detector($"the one that the environment variable {FaceDetectorModel.PathVariable} names, else the one that comes with this program");

    /// <summary>The detector, or null where it is not named.</summary>
    /// <param name="fallback">What holds then.</param>
    public static Option<string> Detector(string fallback) => new("--detector")
    {
        Description = $"A BlazeFace file of MediaPipe (.tflite), the name of one that cdnet models pull fetched, for example blazeface-back, or default. Default: {fallback}.",
    };

    public static Option<float> MinConfidence() => InRange("--min-confidence", "Confidence below which a detection is no face, 0 to 1.", 0.75f, 0, 1);

    /// <summary>The second look, or null where it is not named.</summary>
    /// <param name="fallback">What holds then.</param>
    public static Option<float?> SecondLook(string fallback)
    {
        const float Least = FacePartCropOptions.LeastSecondLook, Most = FacePartCropOptions.MostSecondLook;
        return Optional<float>(
            "--second-look",
            $"Side of the window in which each face is looked at once more and measured, in sides of its box: {Least} to {Most}, or 0 to keep what the first look found. The detector that comes with this program has a network for it with a window of its own size: any number asks for that. Default: {fallback}.",
            value => value is 0 or (>= Least and <= Most),
            $"{Least} to {Most}, or 0");
    }

    /// <summary>The smallest windows, or null where they are not named.</summary>
    /// <param name="fallback">What holds then.</param>
    public static Option<int?> TileSide(string fallback)
    {
        const int Least = FacePartCropOptions.LeastTileSide;
        return Optional<int>(
            "--tile-side",
            $"Side in pixels of the smallest windows that a picture is searched in, at least {Least}: smaller ones find smaller faces, and take more time. Default: {fallback}.",
            value => value >= Least,
            $"at least {Least}");
    }

    public static Option<VideoDecoder> Decoder() => new("--decoder")
    {
        Description = "What decodes videos: opencv (the same bits on every machine), ffmpeg (the installed program, about three times as fast; colours may differ by rounding) or auto (ffmpeg where it is installed).",
        DefaultValueFactory = _ => VideoDecoder.OpenCv,
    };

    /// <summary>A time such as 90s, 10m or 1.5h.</summary>
    public static Option<TimeSpan?> Time(string name, string description) => new(name) { Description = description, CustomParser = ParseTime };

    /// <summary>A word of a list; the first is the default.</summary>
    public static Option<string> OneOf(string name, string description, params IReadOnlyList<string> words)
        => new Option<string>(name) { Description = description, DefaultValueFactory = _ => words[0] }.AcceptOnlyFromAmong([.. words]);

    /// <summary>A number that must lie in a range.</summary>
    public static Option<T> InRange<T>(string name, string description, T fallback, T least, T most)
        where T : IComparable<T>
    {
        var option = new Option<T>(name) { Description = description, DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 0)
                return;
            try
            {
                if (result.GetValueOrDefault<T>() is { } value && (value.CompareTo(least) < 0 || value.CompareTo(most) > 0))
                    result.AddError($"{name} is {value}; expected {least} to {most}.");
            }
            catch (InvalidOperationException)
            {
                // No number at all: the parser says so itself.
            }
        });
        return option;
    }

    /// <summary>The whole path of the file to write that an option names; its folder is made.</summary>
    /// <exception cref="ArgumentException">It is a folder.</exception>
    public static string OutputFile(ParseResult parsed, Option<string> option) => OutputFile(option.Name, parsed.GetRequiredValue(option));

    /// <summary>The whole path of a file to write; its folder is made.</summary>
    /// <param name="option">The option that it comes from.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="ArgumentException">It is a folder.</exception>
    public static string OutputFile(string option, string file)
    {
        var path = Path.GetFullPath(file);
        if (Directory.Exists(path))
            throw new ArgumentException($"{option} is {path}, which is a folder; name a file.");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>A number that may be left out; what is no number at all the parser refuses itself.</summary>
    private static Option<T?> Optional<T>(string name, string description, Func<T, bool> isInRange, string range)
        where T : struct, IParsable<T>
    {
        var option = new Option<T?>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && T.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var value) && !isInRange(value))
                result.AddError($"{name} is {value}; expected {range}.");
        });
        return option;
    }

    private static TimeSpan? ParseTime(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        double? unit = text.Length == 0 ? null : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => null };
        if (unit is { } seconds && double.TryParse(text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var count) && count > 0 && count * seconds < 1e9)
            return TimeSpan.FromSeconds(count * seconds);
        argument.AddError($"{text} is no time; expected a number above 0 with s, m, h or d behind it, for example 10m.");
        return null;
    }
}
