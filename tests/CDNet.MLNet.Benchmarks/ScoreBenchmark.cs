using System.Diagnostics;
using System.Globalization;
using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Benchmarks;

/// <summary>Scoring in batches beside the ML.NET pipeline of the same model, by turns in one process.</summary>
internal static class ScoreBenchmark
{
    private const int Faces = 32;
    private const int MostPhotographs = 24;

    /// <summary>Prints a Markdown table of medians.</summary>
    /// <param name="folder">Pictures.</param>
    /// <param name="rounds">Rounds; each does everything once.</param>
    public static int Run(string folder, int rounds)
    {
        var paths = PictureSet.FilesBelow(folder).ToArray();
        using var model = CDNetModel.LoadDefault();
        using var scorer = new BatchScorer(model);
        var context = new MLContext();
        using var resource = CDNetModel.OpenDefault();
        using var pipeline = (TransformerChain<ITransformer>)context.Model.Load(resource, out _);
        using var network = model.CreateScorer(threads: 1);
        var rows = model.CreateRowScorer();
        var crops = PictureCropper.Crop(paths, model.Detector, model.CropOptions, new ScoringOptions(), default).SelectMany(picture => picture.Faces).Select(face => face.Crops).Take(Faces).ToArray();
        Console.WriteLine($"{paths.Length} pictures, {crops.Length} crops, {Environment.ProcessorCount} processors, medians of {rounds} rounds");
        Console.WriteLine();
        Console.WriteLine("| a second | ML.NET, row by row | batches | ratio |");
        Console.WriteLine("|---|---|---|---|");
        int RowByRow(string[] files)
            => context.Data.CreateEnumerable<Scored>(pipeline.Transform(context.Data.LoadFromEnumerable(files.Select(path => new Picture { Path = path }))), reuseRowObject: true).Count();
        int InBatches(string[] files) => scorer.ScoreAsync(files).ToBlockingEnumerable().Count();
        Report("pictures, from file to verdict", paths.Length, rounds, () => RowByRow(paths), () => InBatches(paths));
        var temporary = Directory.CreateTempSubdirectory("cdnet-score-");
        try
        {
            var photographs = Photographs.Write(paths.Take(MostPhotographs), temporary.FullName);
            Report($"photographs of {Photographs.Width}x{Photographs.Height} made of them, from file to verdict", photographs.Length, rounds, () => RowByRow(photographs), () => InBatches(photographs));
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
        var speed = Report($"faces, from crops to scores, {crops.Length} at once", crops.Length, rounds,
            () => rows.Score(crops).Length,
            () => crops.Chunk(new BatchScoringOptions().BatchSize).AsParallel().Sum(batch => network.Score(batch).Length));
        Roofline.Report(model.Graph!, speed);
        return 0;
    }

    private static double Report(string what, int count, int rounds, Func<int> pipeline, Func<int> batches)
    {
        var times = new[] { pipeline, batches }.Select(action => (Action: action, Seconds: new List<double>())).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            foreach (var (action, seconds) in times)
            {
                var watch = Stopwatch.StartNew();
                if (action() < count)
                    throw new InvalidOperationException($"{what}: fewer than {count} came out.");
                // The first round loads and warms up.
                if (round >= 0)
                    seconds.Add(watch.Elapsed.TotalSeconds);
            }
        }
        var (one, other) = (count / Median(times[0].Seconds), count / Median(times[1].Seconds));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {one:F1} | {other:F1} | {other / one:F2} |"));
        return other;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed class Picture
    {
        public string Path { get; set; } = "";
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
