using System.CommandLine;
using System.Runtime.InteropServices;
using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
using CDNet.MLNet.Data;
using CDNet.MLNet.Prepared;
using CDNet.MLNet.Video;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet prepare</c>: pictures and videos to a prepared set; <c>cdnet prepare merge</c>: shards to one set.</summary>
internal static class PrepareCommand
{
    // File size limit exceeded; the runtime has no name for it. Without a handler it kills the process, with one the write fails and says why.
    private const PosixSignal FileSizeExceeded = (PosixSignal)25;

    private static readonly Option<string> Data = new("--data")
    {
        Description = "A folder with real/ and fake/ (or train/, val/, test/ with those inside) of pictures and videos, or a CSV with the columns path, label (real or fake) and optionally split, source_video, video, method; with --manifest the folder that the download of that data set made.",
        Required = true,
    };

    private static readonly Option<string> Root = CommonOptions.Root();
    private static readonly Option<string> Manifest = CommonOptions.Manifest();
    private static readonly Option<string> Out = new("--out") { Description = "The folder of the prepared set. Several shards may share it.", Required = true };
    private static readonly FaceSearchOptions Search = new();
    private static readonly Option<string> Frames = FramesOption.Create();
    private static readonly Option<VideoDecoder> Decoder = CommonOptions.Decoder();

    private static readonly Option<CropEncoding> Encoding = new("--encoding")
    {
        Description = "How the crops are kept: png (without loss) or jpeg (quality 95, 4:4:4).",
        DefaultValueFactory = _ => CropEncoding.Png,
    };

    private static readonly ShardOptions Share = new("Prepare");
    private static readonly Option<int> PartRows = CommonOptions.InRange("--part-rows", "Rows after which a part file ends.", 512, 1, 100_000);
    private static readonly Option<int> Threads = CommonOptions.InRange("--threads", "Pictures that are worked on at once.", Environment.ProcessorCount, 1, 1024);
    private static readonly Option<bool> Json = CommonOptions.Json();

    private static readonly Argument<string[]> Folders = new("DIR") { Description = "Folders with the shards.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> MergeOut = new("--out") { Description = "The folder to write the whole set to.", Required = true };
    private static readonly Option<bool> MergeJson = CommonOptions.Json();

    public static Command Create()
    {
        var merge = new Command("merge", "Brings the shards of a prepared set together; refuses missing, doubled and damaged ones.") { Folders, MergeOut, MergeJson };
        merge.Does(Merge);
        var command = new Command("prepare", "Cuts the faces out of pictures and videos once, into a set that train and evaluate read.")
        {
            Data, Root, Manifest, Out, Search.Detector, Search.MinConfidence, Search.SecondLook, Search.TileSide, Frames, Decoder, Encoding, Share.Shard, Share.Shards, PartRows, Threads, Json, merge,
        };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var videos = new VideoFrameSource(new VideoReaderOptions { Decoder = parsed.GetValue(Decoder) });
        using var progress = new PreparingDisplay();
        using var limit = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(FileSizeExceeded, signal => signal.Cancel = true);
        var options = new PrepareOptions
        {
            Crops = Search.Parse(parsed).ToOptions(),
            Frames = FramesOption.Parse(parsed.GetRequiredValue(Frames)),
            Encoding = parsed.GetValue(Encoding),
            Shard = Share.Parse(parsed),
            PartRows = parsed.GetValue(PartRows),
            Threads = parsed.GetValue(Threads),
            Videos = videos,
            Progress = progress,
        };
        var folder = parsed.GetRequiredValue(Out);
        var (data, root) = (parsed.GetRequiredValue(Data), parsed.GetValue(Root));
        var set = parsed.GetValue(Manifest) is { } manifest ? NamedInputs.OpenByManifest(data, root, manifest) : PictureSet.Open(data, root, videos.Extensions);
        try
        {
            var report = SetPreparer.Run(set, folder, options, cancellation);
            progress.Dispose();
            return Print(new PreparationResult(folder, options.Shard, report), parsed.GetValue(Json));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            progress.Dispose();
            Terminal.Error($"cancelled; the finished parts in {folder} stay, and the same command does the rest.");
            return ExitCode.Cancelled;
        }
    }

    private static int Merge(ParseResult parsed, CancellationToken cancellation)
    {
        using var progress = new ShareDisplay("Merging");
        var folder = parsed.GetRequiredValue(MergeOut);
        var report = SetMerger.Merge(parsed.GetRequiredValue(Folders), folder, progress, cancellation);
        progress.Dispose();
        return Print(new PreparationResult(folder, Shard.Whole, report), parsed.GetValue(MergeJson));
    }

    private static int Print(PreparationResult result, bool isJson)
    {
        Terminal.Show(result, isJson);
        return result.Report.Problems.Any(problem => problem.IsFailure) ? ExitCode.SomeFailed : ExitCode.Done;
    }
}
