using System.CommandLine;
using System.Text.Json.Nodes;
using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Scoring;
using Spectre.Console;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet models</c>: what a model zip consists of, and the model files that others publish.</summary>
internal static class ModelsCommand
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "The model zip, or default: the model that comes with this program." };
    private static readonly Option<ClusterScoreForm> Form = new("--form") { Description = "Ratio, as the paper's authors evaluate, or Difference.", Required = true };
    private static readonly Argument<string[]> Models = new("MODEL") { Description = "Model zips, two at least; default is the model that comes with this program.", Arity = new ArgumentArity(2, 64) };
    private static readonly Option<string> Out = CommonOptions.ModelOut();
    private static readonly Option<string> Detector = CommonOptions.Detector("the model's own");
    private static readonly Option<float?> MinConfidence = new("--min-confidence") { Description = "Confidence below which a detection is no face, 0 to 1. Default: the model's own." };
    private static readonly Option<float?> SecondLook = CommonOptions.SecondLook("the model's own");
    private static readonly Option<int?> TileSide = CommonOptions.TileSide("the model's own");
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var show = new Command("show", "Shows what a model consists of and how it was trained.") { Model, Json };
        show.Does(Show);
        var compact = new Command("compact", "Writes a model with 16-bit weights: about half the bytes, scores that differ in the fourth digit.") { Model, Out };
        compact.Does(Compact);
        var setScore = new Command("set-score", "Writes a model whose score is the difference of the distances to the centres, or their ratio; calibrate it anew.") { Model, Form, Out };
        setScore.Does(SetScore);
        var widen = new Command("widen", "Writes a model whose last layer reads every block of its networks. Its scores stay as they are until cdnet models refit fits the layer to some thousand pictures.") { Model, Out };
        widen.Does(Widen);
        var average = new Command("average", "Writes the mean of models of which each was trained from the one before; calibrate it anew.") { Models, Out };
        average.Does(Average);
        var setDetector = new Command("set-detector", "Writes a model that finds faces with another detector, or otherwise. Its scores change: evaluate it anew.") { Model, Detector, MinConfidence, SecondLook, TileSide, Out };
        setDetector.Does(SetDetector);
        var seal = new Command("seal", "Writes a model with checksums of all that is in it: from then on a damaged copy is refused. Its scores stay as they are.") { Model, Out };
        seal.Does(Seal);
        return new Command("models", "Looks into models, and fetches those that others publish.") { show, compact, widen, average, setDetector, setScore, seal, MeasurePartsCommand.Create(), RefitCommand.Create(), QuantizeCommand.Create(), ModelsPullCommand.CreateList(), ModelsPullCommand.CreatePull() };
    }

    private static int Show(ParseResult parsed, CancellationToken cancellation)
    {
        using var model = NamedInputs.Model(parsed.GetRequiredValue(Model));
        var facts = Facts(model);
        if (parsed.GetValue(Json))
        {
            Terminal.Json(facts);
            return ExitCode.Done;
        }
        var table = new Table().AddColumn("What").AddColumn("Value").RoundedBorder();
        foreach (var (name, value) in facts.Where(fact => fact.Key != "training"))
            table.AddRow(Markup.Escape(name), Markup.Escape(value?.ToString() ?? "-"));
        if (facts["training"] is JsonObject training)
        {
            foreach (var (name, value) in training.Where(fact => fact.Key != "epochs"))
                table.AddRow(Markup.Escape($"training: {name}"), Markup.Escape(value?.ToJsonString() ?? "-"));
        }
        Terminal.Out.Write(table);
        return ExitCode.Done;
    }

    private static int Compact(ParseResult parsed, CancellationToken cancellation)
    {
        var (source, target) = (parsed.GetRequiredValue(Model), CommonOptions.OutputFile(parsed, Out));
        var before = File.Exists(source) ? new FileInfo(source).Length : 0;
        HalfPrecisionModel.Write(source, target);
        Console.Error.WriteLine($"{target}: {new FileInfo(target).Length:N0} bytes, {before:N0} before.");
        return ExitCode.Done;
    }

    private static int SetScore(ParseResult parsed, CancellationToken cancellation)
    {
        var target = CommonOptions.OutputFile(parsed, Out);
        ScoreFormExchange.Write(parsed.GetRequiredValue(Model), target, parsed.GetValue(Form));
        return ExitCode.Done;
    }

    private static int Widen(ParseResult parsed, CancellationToken cancellation)
    {
        var target = CommonOptions.OutputFile(parsed, Out);
        ModelWidening.Write(parsed.GetRequiredValue(Model), target);
        return ExitCode.Done;
    }

    private static int Average(ParseResult parsed, CancellationToken cancellation)
    {
        var target = CommonOptions.OutputFile(parsed, Out);
        ModelAverage.Write(parsed.GetRequiredValue(Models), target);
        return ExitCode.Done;
    }

    private static int Seal(ParseResult parsed, CancellationToken cancellation)
    {
        var target = CommonOptions.OutputFile(parsed, Out);
        ModelSeal.Write(parsed.GetRequiredValue(Model), target);
        return ExitCode.Done;
    }

    private static int SetDetector(ParseResult parsed, CancellationToken cancellation)
    {
        var target = CommonOptions.OutputFile(parsed, Out);
        var search = new FaceSearch(parsed.GetValue(Detector), parsed.GetValue(MinConfidence), parsed.GetValue(SecondLook), parsed.GetValue(TileSide));
        if (search == new FaceSearch(null, null, null, null))
            throw new ArgumentException($"Nothing to change: name {string.Join(", ", new Option[] { Detector, MinConfidence, SecondLook, TileSide }.Select(option => option.Name))}.");
        DetectorExchange.Write(parsed.GetRequiredValue(Model), target, search.ToChange());
        return ExitCode.Done;
    }

    private static JsonObject Facts(CDNetModel model)
    {
        var (detector, crops) = (model.CropOptions.Detector!, model.CropOptions);
        return new JsonObject
        {
            ["path"] = model.Name,
            ["bytes"] = model.Bytes,
            ["sha256"] = model.Sha256,
            ["checksums"] = model.IsSealed ? "right" : "unchecked",
            ["detector"] = detector.Name,
            ["detectorInputSide"] = detector.InputSide,
            ["detectorSha256"] = detector.Sha256,
            ["minConfidence"] = crops.MinConfidence,
            ["secondLook"] = crops.SecondLook,
            ["tileSide"] = crops.TileSide,
            ["growSides"] = crops.GrowSides,
            ["growAbove"] = crops.GrowAbove,
            ["growBelow"] = crops.GrowBelow,
            ["partHalfSide"] = crops.PartHalfSide,
            ["network"] = model.Network,
            ["wide"] = model.IsWide,
            ["decision"] = model.Centres is not null ? "cluster" : model.Head is not null ? "fullyConnected" : null,
            ["scoreForm"] = model.ScoreForm?.ToString().ToLowerInvariant(),
            ["int8"] = model.HasInt8,
            ["familiarity"] = model.HasFamiliarity,
            ["calibrationSlope"] = model.Calibration?.Slope,
            ["calibrationOffset"] = model.Calibration?.Offset,
            ["threshold"] = model.Threshold,
            ["networkNumbers"] = model.Parameters,
            ["features"] = model.Centres?.Length ?? model.Head?.Length,
            ["centresSquaredDistance"] = model.Centres?.SquaredDistance,
            ["training"] = model.TrainingJson is { } training ? JsonNode.Parse(training) : null,
        };
    }
}
