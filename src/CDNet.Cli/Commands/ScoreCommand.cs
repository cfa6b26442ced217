using System.CommandLine;
using System.Diagnostics;
using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
using CDNet.Cli.Scores;
using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Video;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet score</c>: a verdict on every face of pictures, and on videos; <c>cdnet score merge</c>: the shares of several machines to one result.</summary>
internal static class ScoreCommand
{
    private static readonly Dictionary<string, VideoAggregation> Aggregations = new()
    {
        ["most-suspicious-track"] = VideoAggregation.MostSuspiciousTrack,
        ["mean-of-faces"] = VideoAggregation.MeanOfFaces,
        ["highest-face"] = VideoAggregation.HighestFace,
    };

    private static readonly Argument<string[]> Paths = new("PATH")
    {
        Description = "Pictures, videos, folders of them, patterns with * and **, or - for a list of those on standard input, one a line.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Model = CommonOptions.Model();
    private static readonly Option<string> Frames = FramesOption.Create();
    private static readonly Option<VideoDecoder> Decoder = CommonOptions.Decoder();

    private static readonly Option<string> Out = new("--out", "--csv")
    {
        Description = $"Write one row a face, for videos a face and frame, to this file ({RowFormat.Extensions}), in the order of the paths. Beside it: FILE.run.json, and of videos NAME.videos with a row each.",
    };

    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on with the result in --out: what it has is not scored again." };
    private static readonly ShardOptions Share = new("With --out: score");
    private static readonly Option<int> Batch = CommonOptions.InRange("--batch", "Faces that go through the network at once.", new BatchScoringOptions().BatchSize, 1, 1024);
    private static readonly Option<int> Threads = CommonOptions.InRange("--threads", "Pictures and batches that are worked on at once.", Environment.ProcessorCount, 1, 1024);

    private static readonly Option<int> Looks = CommonOptions.Looks();
    private static readonly Option<string> Precision = CommonOptions.Precision();

    private static readonly Option<string> Device = new("--device")
    {
        Description = "What the network runs on: cpu, cuda or cuda:N (with ONNX Runtime's GPU package).",
        DefaultValueFactory = _ => "cpu",
    };

    private static readonly Option<string> Report = new("--report") { Description = "Write a page for people to this HTML file: verdicts in words, faces, what drove each decision. It needs no network." };

    private static readonly Option<int> Details = CommonOptions.InRange(
        "--report-details", "Files that the page and --evidence explain, the most suspicious ones; each takes a second or two.", 20, 0, 10_000);

    private static readonly Option<bool> Evidence = new("--evidence")
    {
        Description = "With --json: what drove each verdict on a face of a picture, the page's numbers: contributions of the parts, occlusion map, distances to both centres. With --out: in NAME.evidence.jsonl beside it.",
    };

    private static readonly Option<string> Aggregate = new("--aggregation")
    {
        Description = $"How the scores of a video become one: {string.Join(", ", Aggregations.Keys)}.",
        DefaultValueFactory = _ => Aggregations.Keys.First(),
    };

    private static readonly Option<bool> Json = CommonOptions.Json();

    private static readonly Argument<string[]> Shares = new("FILE") { Description = "The score files of all shares.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> MergeOut = new("--out") { Description = $"The score file to write ({RowFormat.Extensions}).", Required = true };
    private static readonly Option<bool> MergeJson = CommonOptions.Json();

    public static Command Create()
    {
        var merge = new Command("merge", "Brings the score files of all shares together; refuses missing, doubled and damaged ones.") { Shares, MergeOut, MergeJson };
        merge.Does(Merge);
        var command = new Command("score", "Scores every face of pictures and videos: fake, real or noface.")
        {
            Paths, Model, Frames, Decoder, Out, Resume, Share.Shard, Share.Shards, Batch, Threads, Looks, Precision, Device, Aggregate, Report, Details, Evidence, Json, merge,
        };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        NativeAllocator.LimitArenas();
        var options = new BatchScoringOptions
        {
            Scoring = new ScoringOptions { Videos = new VideoFrameSource(new VideoReaderOptions { Decoder = parsed.GetValue(Decoder) }), Frames = FramesOption.Parse(parsed.GetRequiredValue(Frames)) },
            BatchSize = parsed.GetValue(Batch),
            Workers = parsed.GetValue(Threads),
            Looks = parsed.GetValue(Looks),
            Precision = CommonOptions.Precisions[parsed.GetRequiredValue(Precision)],
            GpuDeviceId = GpuOf(parsed.GetRequiredValue(Device)),
        };
        var output = parsed.GetValue(Out);
        if (output is null && (parsed.GetValue(Resume) || parsed.GetValue(Share.Shard) is not null || parsed.GetValue(Share.Shards) is not null))
            throw new ArgumentException("--resume, --shard and --shards are about a result in a file; name it with --out.");
        if (output is null && parsed.GetValue(Evidence) && !parsed.GetValue(Json))
            throw new ArgumentException("--evidence goes into a document or a file; ask for it with --json or --out, or write a page with --report.");
        var isExplained = parsed.GetValue(Evidence) || parsed.GetValue(Report) is not null;
        if (options.Looks > 1 && isExplained)
            throw new ArgumentException($"--looks is {options.Looks}, but --report and --evidence explain the score of one look. Leave one of them out.");
        if (options.Precision != ScoringPrecision.Full && isExplained)
            throw new ArgumentException($"--precision is {parsed.GetValue(Precision)}, but --report and --evidence explain the score in full precision. Leave one of them out.");
        if (options.Precision != ScoringPrecision.Full && options.GpuDeviceId is not null)
            throw new ArgumentException($"--precision is {parsed.GetValue(Precision)}, but --device is {parsed.GetValue(Device)}: graphics cards compute in full precision here. Leave one of them out.");
        if (output is not null)
            RowFormat.Of(output);
        AggregationOf(parsed);
        var inputs = ScoreInputs.Of(parsed.GetRequiredValue(Paths), [.. PictureReader.Extensions, .. options.Scoring.Videos.Extensions], Console.In);
        using var model = NamedInputs.Model(parsed.GetRequiredValue(Model));
        using var scorer = new BatchScorer(model, options);
        return output is null ? Show(parsed, scorer, options.Scoring, inputs, cancellation) : Write(parsed, output, scorer, options, inputs, cancellation);
    }

    private static int Show(ParseResult parsed, BatchScorer scorer, ScoringOptions options, ScoreInputs inputs, CancellationToken cancellation)
    {
        var (verdicts, videos, explained) = (new List<FaceVerdict>(), new List<VideoVerdict>(), Explained(parsed, scorer.Model, options));
        foreach (var (file, video) in ByFile(scorer, options, AggregationOf(parsed), inputs.Files, cancellation))
        {
            verdicts.AddRange(file);
            explained?.Add(file, video);
            if (video is not null)
                videos.Add(video);
        }
        verdicts.AddRange(inputs.Empty.Select(item => FaceVerdict.Failed(item.Item, item.Reason)));
        var evidence = explained?.Write(cancellation);
        var result = new ScoringResult(verdicts, videos, parsed.GetValue(Evidence) ? evidence : null);
        Terminal.Show(result, parsed.GetValue(Json));
        return result.Failed > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }

    private static int Write(ParseResult parsed, string output, BatchScorer scorer, BatchScoringOptions batches, ScoreInputs inputs, CancellationToken cancellation)
    {
        var options = batches.Scoring;
        var watch = Stopwatch.StartNew();
        var shard = Share.Parse(parsed);
        var file = CommonOptions.OutputFile(Out.Name, ScoreRun.ShardName(output, shard));
        var run = new ScoreRun(scorer.Model.Name, scorer.Model.Sha256, options.Frames, $"{shard}", inputs.Hash()) { Aggregation = VideoVerdict.InWords(AggregationOf(parsed)), Looks = batches.Looks, Precision = parsed.GetRequiredValue(Precision) };
        var explained = Explained(parsed, scorer.Model, options);
        using var journal = ScoreJournal.Open(file, run, parsed.GetValue(Resume));
        var (earlier, tally) = (journal.Count, new ScoreTally());
        void Add(string path, IReadOnlyList<FaceVerdict> verdicts, VideoVerdict? video)
        {
            journal.Add(new ScoredFile(path, [.. verdicts.Select(ScoreRow.Of)], video is null ? null : VideoRow.Of(video)));
            tally.Add(verdicts);
            explained?.Add(verdicts, video);
        }
        bool IsOpen(string path) => shard.Has(path) && !journal.Has(path);
        foreach (var (verdicts, video) in ByFile(scorer, options, AggregationOf(parsed), [.. inputs.Files.Where(IsOpen)], cancellation))
            Add(verdicts[0].Path, verdicts, video);
        foreach (var item in inputs.Empty.Where(item => IsOpen(item.Item)))
            Add(item.Item, [FaceVerdict.Failed(item.Item, item.Reason)], null);
        journal.Finish();
        var evidence = explained?.Write(cancellation);
        if (parsed.GetValue(Evidence))
            ExplainedFiles.WriteLines(file, evidence!);
        Terminal.Show(new ScoreFileResult(file, $"{shard}", earlier, tally, watch.Elapsed.TotalSeconds), parsed.GetValue(Json));
        return tally.Failed > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }

    private static int Merge(ParseResult parsed, CancellationToken cancellation)
    {
        var (files, output) = (parsed.GetRequiredValue(Shares), CommonOptions.OutputFile(parsed, MergeOut));
        Terminal.Show(new ScoreMergeResult(output, files.Length, ScoreMerger.Merge(files, output)), parsed.GetValue(MergeJson));
        return ExitCode.Done;
    }

    /// <summary>The verdicts of each file, together with what they come to where it is a video.</summary>
    private static IEnumerable<(IReadOnlyList<FaceVerdict> Verdicts, VideoVerdict? Video)> ByFile(
        BatchScorer scorer, ScoringOptions options, VideoAggregation aggregation, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        using var progress = new CountDisplay("Scoring", files.Count);
        var (file, done) = (new List<FaceVerdict>(), 0);
        (IReadOnlyList<FaceVerdict>, VideoVerdict?) Complete()
        {
            progress.Report(++done);
            return (file, options.IsVideo(file[0].Path) ? VideoVerdict.Of(scorer.Model, file, aggregation) : null);
        }
        foreach (var verdict in scorer.ScoreAsync(files, cancellation).ToBlockingEnumerable(cancellation))
        {
            if (file.Count > 0 && file[0].Path != verdict.Path)
            {
                yield return Complete();
                file = [];
            }
            file.Add(verdict);
        }
        if (file.Count > 0)
            yield return Complete();
    }

    private static ExplainedFiles? Explained(ParseResult parsed, CDNetModel model, ScoringOptions options) => parsed.GetValue(Report) is not null || parsed.GetValue(Evidence)
        ? new ExplainedFiles(parsed.GetValue(Report) is { } page ? CommonOptions.OutputFile(Report.Name, page) : null, parsed.GetValue(Details), model, options)
        : null;

    private static VideoAggregation AggregationOf(ParseResult parsed)
    {
        var name = parsed.GetRequiredValue(Aggregate);
        return Aggregations.TryGetValue(name, out var aggregation) ? aggregation : throw new ArgumentException($"--aggregation is {name}; expected {string.Join(", ", Aggregations.Keys)}.");
    }

    private static int? GpuOf(string device)
        => device == "cpu" ? null : CudaDevice.Parse(device) ?? throw new ArgumentException($"--device is {device}; expected cpu, cuda or cuda:N.");
}
