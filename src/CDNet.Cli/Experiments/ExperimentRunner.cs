using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
using CDNet.MLNet.Evaluation;
using CDNet.MLNet.Metrics;
using CDNet.MLNet.Prepared;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Torch;
using Microsoft.ML;

namespace CDNet.Cli.Experiments;

/// <summary>Does the runs of an experiment, one after the other; those that were done before are read back.</summary>
/// <param name="file">The experiment.</param>
/// <param name="root">What its paths are relative to.</param>
/// <param name="folder">Where models and figures go.</param>
/// <param name="cancellation">Ends a run; the next call goes on from its checkpoint.</param>
internal sealed class ExperimentRunner(ExperimentFile file, string root, string folder, CancellationToken cancellation)
{
    /// <summary>The runs of a share, each as it is done: every cell with the first seed, then with the next, so that there is a whole table early.</summary>
    /// <param name="shard">Run i of all belongs to share i mod n.</param>
    public IEnumerable<ExperimentRun> Run(Shard shard)
    {
        var runs = file.Seeds.SelectMany(_ => file.AllCells().Index(), (seed, cell) => (Seed: seed, Number: cell.Index + 1, Cell: cell.Item)).ToArray();
        foreach (var (index, (seed, number, cell)) in runs.Index().Where(run => run.Index % shard.Count == shard.Index))
        {
            Console.Error.WriteLine($"== {index + 1} of {runs.Length}: {cell.Name}, seed {seed}");
            yield return Run(cell, seed, Path.Combine(folder, $"{number:00}-{Slug(cell.Name)}-{seed}"));
        }
    }

    /// <summary>A cell's name as part of a file name.</summary>
    internal static string Slug(string name)
        => string.Join('-', new string([.. name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) || letter == '.' ? letter : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private ExperimentRun Run(ExperimentCell cell, int seed, string path)
    {
        var (done, zip) = (path + ".json", path + ".zip");
        if (ExperimentRun.Load(done) is { } before)
            return before;
        var report = Train(cell, seed, zip);
        using var model = CDNetModel.Load(zip);
        var threshold = Threshold(model);
        var tests = file.Test.ToDictionary(test => test.Name, test => EvaluationReport.Of(Verdicts(model, test, test.Split), threshold));
        var kept = report.BestStage2 ?? report.BestStage1;
        var run = new ExperimentRun(
            cell.Name, seed, report.Parameters, report.MultiplyAdds, report.Seconds, report.TrainingRows, report.Epochs.Sum(epoch => epoch.Rows), kept.ValidationAuc, threshold, tests);
        run.Save(done);
        return run;
    }

    private TrainingReport Train(ExperimentCell cell, int seed, string zip)
    {
        var context = new MLContext(seed);
        var detector = file.Detector is { } name && File.Exists(ExperimentFile.Resolve(root, name)) ? ExperimentFile.Resolve(root, name) : file.Detector;
        var source = TrainingSource.Open(
            context, ExperimentFile.Resolve(root, file.Train.Data), root: null, file.Train.Manifest, new FaceSearch(detector, file.MinConfidence, file.SecondLook, TileSide: null), cell.Settings.Limit, seed);
        using var progress = new TrainingDisplay();
        var options = cell.Settings.ToOptions(seed, zip + ".training");
        var (model, method, schema) = source.Fit(context, options with
        {
            Crops = source.Crops,
            Training = options.Training with
            {
                ValidationColumnName = source.IsSplit ? nameof(PictureRow.IsValidation) : null,
                Progress = progress,
                CancellationToken = cancellation,
            },
        });
        using var disposed = (IDisposable)model;
        ModelSeal.Save(zip, path => context.Model.Save(model, schema, path));
        TrainingCurves.Draw(zip + ".training");
        return method.Report;
    }

    /// <summary>The threshold with the highest balanced accuracy on the validation split: no test picture has a say in it.</summary>
    private float Threshold(CDNetModel model)
    {
        var validation = ScoreSheet.Of(Verdicts(model, file.Train, "val"));
        return RankingMetrics.BestThreshold(validation.Scores, validation.Labels);
    }

    private IEnumerable<(MLNet.Data.LabeledPicture Picture, FaceVerdict Verdict)> Verdicts(CDNetModel model, ExperimentData data, string split)
        => LabeledVerdicts.Of(model, ExperimentFile.Resolve(root, data.Data), root: null, data.Manifest, split, new BatchScoringOptions(), cancellation).Read();
}
