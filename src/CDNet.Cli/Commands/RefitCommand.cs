using System.CommandLine;
using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet models refit</c>: the last layer of a model fitted anew to pictures.</summary>
internal static class RefitCommand
{
    // One source in so many is held out where the data has no split.
    private const int ValidationShare = 10;

    private static readonly ProjectionRefitOptions Defaults = new();

    private static readonly Argument<string> Model = new("MODEL") { Description = "The model zip, or default: the model that comes with this program." };
    private static readonly Option<string> Data = CommonOptions.Data();
    private static readonly Option<string> Root = CommonOptions.Root();
    private static readonly Option<string> Manifest = CommonOptions.Manifest();
    private static readonly Option<int> Limit = CommonOptions.InRange("--limit", "Most training pictures, whole sources drawn by the seed; 0 for all.", 0, 0, int.MaxValue);
    private static readonly Option<double> Degraded = CommonOptions.InRange(
        "--degraded", "Share of the training pictures that are made smaller and compressed anew first, as pictures are that have been passed on.", Defaults.DegradedShare, 0, 1);

    private static readonly Option<double?> Shrinkage = new("--shrinkage")
    {
        Description = $"How far the fit is drawn towards the model as it is, above 0: few pictures need more. Default: of {string.Join(", ", Defaults.Shrinkages)} the one with the largest AUC on the split val, or without one on a tenth of the sources, which is held out.",
    };

    private static readonly Option<string[]> Elsewhere = new("--real-elsewhere")
    {
        Description = $"Folders with pictures of real people from elsewhere, each a set, searched with all that is below it: the fit is made blind to what sets them apart from the real training pictures, so that they are not called fake for it. At most {ProjectionRefit.MostElsewhere:N0} pictures of each are looked at.",
        AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [],
    };

    private static readonly Option<int> Seed = new("--seed") { Description = "Seed of the draw, and of what happens to which picture.", DefaultValueFactory = _ => Defaults.Seed };
    private static readonly Option<string> Out = CommonOptions.ModelOut();

    public static Command Create()
    {
        var command = new Command("refit", "Writes a model whose last layer is fitted anew to pictures, those that it was trained on or your own, in one pass over them; calibrate it anew.")
        {
            Model, Data, Root, Manifest, Limit, Degraded, Shrinkage, Elsewhere, Seed, Out,
        };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var set = NamedInputs.OpenPictures(parsed.GetRequiredValue(Data), parsed.GetValue(Root), parsed.GetValue(Manifest));
        var seed = parsed.GetValue(Seed);
        var shrinkage = parsed.GetValue(Shrinkage);
        var (all, validation) = Split(set, isNeeded: shrinkage is null, seed);
        var training = SourceDraw.Of(all, SourceOf, parsed.GetValue(Limit), seed);
        var target = CommonOptions.OutputFile(parsed, Out);
        var options = new ProjectionRefitOptions
        {
            DegradedShare = parsed.GetValue(Degraded),
            Seed = seed,
            RealElsewhere = [.. parsed.GetRequiredValue(Elsewhere).Select(PictureFolder.Files)],
            Shrinkages = shrinkage is { } one ? [one] : Defaults.Shrinkages,
        };
        using var progress = new CountDisplay("Refitting", training.Count + validation.Count + options.RealElsewhere.Sum(set => Math.Min(set.Count, ProjectionRefit.MostElsewhere)), "now solving, which takes up to a few minutes");
        var report = ProjectionRefit.Write(parsed.GetRequiredValue(Model), training, validation, target, options, progress, cancellation);
        progress.Dispose();
        Console.Error.WriteLine($"{target}: fitted to {report.Reals:N0} real and {report.Fakes:N0} fake faces with shrinkage {report.Shrinkage}.");
        if (report.Elsewhere.Count > 0)
            Console.Error.WriteLine($"Blind to what sets apart {string.Join(" and ", report.Elsewhere.Select(count => $"{count:N0}"))} real faces from elsewhere.");
        if (report.Validated > 0)
        {
            var figures = string.Join(", ", report.AucByShrinkage.Select(figure => $"{figure.Auc:F4} with {figure.Shrinkage}"));
            Console.Error.WriteLine($"AUC of {report.Validated:N0} validation faces: {report.AucBefore:F4} before, {figures}.");
        }
        return ExitCode.Done;
    }

    /// <summary>What is fitted to, and what the shrinkage is chosen by.</summary>
    private static (IReadOnlyList<LabeledPicture> Training, IReadOnlyList<LabeledPicture> Validation) Split(PictureSet set, bool isNeeded, int seed)
    {
        var training = set.InSplit("train");
        if (set.SplitNames.Contains("val"))
            return (training, set.InSplit("val"));
        if (!isNeeded)
            return (training, []);
        var random = new Random(seed);
        // Sources with a fake and those without for themselves: where each picture is its own source, both classes are held out.
        var heldOut = training.GroupBy(SourceOf).GroupBy(source => source.Any(picture => picture.IsFake)).SelectMany(Draw).ToHashSet();
        return ([.. training.Where(picture => !heldOut.Contains(SourceOf(picture)))], [.. training.Where(picture => heldOut.Contains(SourceOf(picture)))]);

        IEnumerable<string> Draw(IEnumerable<IGrouping<string, LabeledPicture>> of)
        {
            string[] sources = [.. of.Select(source => source.Key)];
            random.Shuffle(sources);
            return sources.Take(Math.Max(1, sources.Length / ValidationShare));
        }
    }

    private static string SourceOf(LabeledPicture picture) => picture.SourceVideo;
}
