using System.Diagnostics;
using System.Globalization;
using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Batching;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Benchmarks;

/// <summary>Scoring in batches beside the ML.NET pipeline of the same model and beside a script of PyTorch and OpenCV with its numbers, by turns.</summary>
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
        using var inBytes = new BatchScorer(model, new BatchScoringOptions { Precision = ScoringPrecision.EightBit });
        var context = new MLContext();
        using var resource = CDNetModel.OpenDefault();
        using var pipeline = (TransformerChain<ITransformer>)context.Model.Load(resource, out _);
        using var network = model.CreateScorer(threads: 1);
        using var networkInBytes = model.CreateScorer(threads: 1, precision: ScoringPrecision.EightBit);
        using var script = PyTorchScoring.Open(model);
        var rows = model.CreateRowScorer();
        var crops = PictureCropper.Crop(paths, model.Detector, model.CropOptions, new ScoringOptions(), default).SelectMany(picture => picture.Faces).Select(face => face.Crops).Take(Faces).ToArray();
        Console.WriteLine($"{paths.Length} pictures, {crops.Length} crops, {Environment.ProcessorCount} processors, medians of {rounds} rounds");
        Console.WriteLine();
        Console.WriteLine("| a second | ML.NET, row by row | PyTorch and OpenCV | batches | ratio to ML.NET | to PyTorch | batches in 8 bits | ratio to ML.NET | to PyTorch |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        int RowByRow(string[] files)
            => context.Data.CreateEnumerable<Scored>(pipeline.Transform(context.Data.LoadFromEnumerable(files.Select(path => new Picture { Path = path }))), reuseRowObject: true).Count();
        static Func<int> InBatches(BatchScorer scorer, string[] files) => () => scorer.ScoreAsync(files).ToBlockingEnumerable().Count();
        Report("pictures, from file to verdict", paths.Length, rounds, () => RowByRow(paths), InBatches(scorer, paths), InBatches(inBytes, paths), script is null ? null : () => script.Score(paths).Seconds);
        var temporary = Directory.CreateTempSubdirectory("cdnet-score-");
        try
        {
            // The other two score the most confident face, batches every face: with one in each they do the same work.
            var photographs = Photographs.Write(paths.Take(MostPhotographs), temporary.FullName).Where(path => scorer.ScoreAsync([path]).ToBlockingEnumerable().Count(verdict => verdict.Verdict != Verdict.NoFace) == 1).ToArray();
            Report($"{photographs.Length} photographs of {Photographs.Width}x{Photographs.Height} with one face made of them, from file to verdict", photographs.Length, rounds, () => RowByRow(photographs), InBatches(scorer, photographs), InBatches(inBytes, photographs),
                script is null ? null : () => script.Score(photographs).Seconds);
            if (script is not null)
                Compare(scorer, script, photographs);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
        var speed = Report($"faces, from crops to scores, {crops.Length} at once", crops.Length, rounds,
            () => rows.Score(crops).Length,
            () => Parallel(network), () => Parallel(networkInBytes));
        int Parallel(IFaceScorer through) => crops.Chunk(new BatchScoringOptions().BatchSize).AsParallel().Sum(batch => through.Score(batch).Length);
        Roofline.Report(model.Graph!, speed);
        return 0;
    }

    /// <summary>Times each way in turns.</summary>
    /// <param name="what">What is scored.</param>
    /// <param name="count">How many of them.</param>
    /// <param name="rounds">Rounds after one to warm up.</param>
    /// <param name="pipeline">ML.NET's way; returns how many rows came out.</param>
    /// <param name="batches">The way of batches; the same.</param>
    /// <param name="inBytes">The same in 8 bits.</param>
    /// <param name="script">The script's way; returns the seconds that it took once it was loaded. Null where there is none.</param>
    /// <returns>What batches do a second.</returns>
    private static double Report(string what, int count, int rounds, Func<int> pipeline, Func<int> batches, Func<int> inBytes, Func<double>? script = null)
    {
        double Seconds(Func<int> action)
        {
            var watch = Stopwatch.StartNew();
            return action() >= count ? watch.Elapsed.TotalSeconds : throw new InvalidOperationException($"{what}: fewer than {count} came out.");
        }
        Func<double>[] ways = [() => Seconds(pipeline), () => script?.Invoke() ?? double.NaN, () => Seconds(batches), () => Seconds(inBytes)];
        // The first round loads and warms up.
        var times = Enumerable.Range(-1, rounds + 1).Select(_ => ways.Select(way => way()).ToArray()).Skip(1).ToArray();
        var speeds = ways.Index().Select(way => count / Statistics.Median(times.Select(round => round[way.Index]))).ToArray();
        static string Text(double value, int digits) => double.IsNaN(value) ? "" : value.ToString($"F{digits}", CultureInfo.InvariantCulture);
        Console.WriteLine($"| {what} | {Text(speeds[0], 1)} | {Text(speeds[1], 1)} | {Text(speeds[2], 1)} | {Text(speeds[2] / speeds[0], 2)} | {Text(speeds[2] / speeds[1], 2)} | {Text(speeds[3], 1)} | {Text(speeds[3] / speeds[0], 2)} | {Text(speeds[3] / speeds[1], 2)} |");
        return speeds[2];
    }

    /// <summary>Says how far the script's scores are off: OpenCV scales windows and crops in its own way.</summary>
    private static void Compare(BatchScorer scorer, PyTorchScoring script, string[] photographs)
    {
        var own = scorer.ScoreAsync(photographs).ToBlockingEnumerable().GroupBy(verdict => verdict.Path).Select(picture => picture.First().Score).ToArray();
        var (engine, _, scores) = script.Score(photographs);
        var differences = own.Zip(scores, (mine, other) => Math.Abs(mine - (other ?? float.NaN))).Where(float.IsFinite).ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{engine}: a face in {scores.Count(score => score is not null)} of {photographs.Length} photographs, here in {own.Count(float.IsFinite)}; scores differ by {Statistics.Median(differences.Select(value => (double)value)):F3} in the median, by {differences.Max():F3} at most."));
    }

    private sealed class Picture
    {
        public string Path { get; set; } = "";
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
