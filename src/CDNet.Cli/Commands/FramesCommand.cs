using System.CommandLine;
using CDNet.Cli.Output;
using CDNet.Cli.Scores;
using CDNet.MLNet.Data;
using CDNet.MLNet.Video;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet data frames</c>: frames of videos as pictures.</summary>
internal static class FramesCommand
{
    private static readonly Argument<string[]> Videos = new("VIDEO")
    {
        Description = "Videos, folders of them, patterns with * and **, or - for a list of those on standard input, one a line.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Out = new("--out") { Description = "The folder to write to: OUT/NAME/frame-000123.png of each video, by its name and the frame's place in it.", Required = true };
    private static readonly Option<string> Frames = FramesOption.Create();
    private static readonly Option<VideoDecoder> Decoder = CommonOptions.Decoder();

    public static Command Create()
    {
        var command = new Command("frames", "Writes frames of videos as PNG files, for what takes folders of pictures: data self-blend, models refit --real-elsewhere.") { Videos, Out, Frames, Decoder };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var source = new VideoFrameSource(new VideoReaderOptions { Decoder = parsed.GetValue(Decoder) });
        var inputs = ScoreInputs.Of(parsed.GetRequiredValue(Videos), source.Extensions, Console.In);
        foreach (var (_, reason) in inputs.Empty)
            Console.Error.WriteLine(reason);
        if (inputs.Files.Count == 0)
            return ExitCode.SomeFailed;
        var target = parsed.GetRequiredValue(Out);
        using var progress = new CountDisplay("Reading", inputs.Files.Count);
        var report = FrameFiles.Write(inputs.Files, source, target, FramesOption.Parse(parsed.GetRequiredValue(Frames)), progress, cancellation);
        progress.Dispose();
        foreach (var error in report.Failed)
            Console.Error.WriteLine(error);
        Console.Error.WriteLine($"{target}: {report.Frames:N0} frames of {inputs.Files.Count:N0} videos; {report.Failed.Count:N0} cannot be read to their end.");
        return report.Failed.Count + inputs.Empty.Count > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }
}
