using System.Diagnostics;
using CDNet.MLNet.Torch;
using CDNet.MLNet.Torch.Networks;
using CDNet.MLNet.Torch.Training;
using CDNet.MLNet.Torch.Training.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace CDNet.MLNet.Benchmarks;

/// <summary>
/// A training step of the selective attention module: forward, backward, Adam, batch 32 of 299 and 64 pixels. Each measurement is a process of its own,
/// and they take turns, so that a busy moment of the machine does not fall on one of them alone.
/// </summary>
internal static class StepBenchmark
{
    private const int Batch = 32;
    private const int WarmSteps = 2;
    private const int TimedSteps = 5;
    private const int GemmSide = 2048;

    private static readonly string[] Precisions = ["float32", "bfloat16"];

    /// <summary>Measures in turns and prints medians and ratios.</summary>
    public static int Run(int rounds)
    {
        TorchRuntime.EnsureLoaded();
        var folder = Directory.CreateTempSubdirectory("cdnet-step-");
        try
        {
            var problem = Path.Combine(folder.FullName, "problem.safetensors");
            WriteProblem(problem);
            var python = PythonScript.Find("pytorch_step.py", ("torch", "python3-torch"));
            var results = new List<StepResult>();
            for (var round = 1; round <= rounds; round++)
            {
                foreach (var precision in Precisions)
                {
                    results.Add(StepResult.FromJson(PythonScript.RunProcess("dotnet", [typeof(StepBenchmark).Assembly.Location, "step-once", problem, precision])));
                    if (python is not null)
                        results.Add(StepResult.FromJson(python.Run([problem, precision])));
                }
                Console.Error.WriteLine($"round {round} of {rounds}");
            }
            Print(results);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Measures in this process and prints one line of JSON.</summary>
    public static int RunOnce(string problem, string precision)
    {
        TorchRuntime.EnsureLoaded();
        var type = precision == "bfloat16" ? ScalarType.BFloat16 : ScalarType.Float32;
        Console.WriteLine(MainHeapThread.Run(() => Time(problem, precision, type)).ToJson());
        return 0;
    }

    private static StepResult Time(string problem, string precision, ScalarType type)
    {
        using var network = Create(type);
        var (_, tensors) = Safetensors.Read(problem);
        using (no_grad())
        {
            foreach (var (name, value) in network.NamedTensors())
                value.copy_(tensors[name]);
        }
        using var faces = tensors["faces"].to(ScalarType.Byte);
        using var parts = tensors["parts"].to(ScalarType.Byte);
        var (amplitudes, labels) = (tensors["amplitudes"], tensors["labels"]);
        using var optimizer = new AdamOptimizer(network.parameters(), 1e-4);
        network.train();
        var first = double.NaN;
        var seconds = new List<double>();
        for (var step = 0; step < WarmSteps + TimedSteps; step++)
        {
            using var scope = NewDisposeScope();
            var watch = Stopwatch.StartNew();
            optimizer.ZeroGradients();
            var loss = network.HeadLoss(network.Features(faces, parts, amplitudes), labels);
            loss.backward();
            optimizer.Step();
            var value = loss.item<float>();
            if (step == 0)
                first = value;
            if (step >= WarmSteps)
                seconds.Add(watch.Elapsed.TotalSeconds);
        }
        return new StepResult($"TorchSharp {typeof(torch).Assembly.GetName().Version?.ToString(3)}", precision, Batch / Statistics.Median(seconds), Gemm(type), first);
    }

    private static double Gemm(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (randn(GemmSide, GemmSide).to(type), randn(GemmSide, GemmSide).to(type));
        var seconds = new List<double>();
        for (var i = 0; i < WarmSteps + TimedSteps; i++)
        {
            var watch = Stopwatch.StartNew();
            using var product = a.matmul(b);
            if (i >= WarmSteps)
                seconds.Add(watch.Elapsed.TotalSeconds);
        }
        return 2 * Math.Pow(GemmSide, 3) / Statistics.Median(seconds) / 1e9;
    }

    private static FeatureNetwork Create(ScalarType type)
    {
        var network = NetworkRegistry.All[0].Create(new ComputePrecision(type), new Random(1));
        ChannelsLast.ApplyToKernels(network);
        return network;
    }

    /// <summary>Weights and a batch for both sides. Bytes travel as whole 32-bit numbers, which the file knows.</summary>
    private static void WriteProblem(string path)
    {
        using var scope = NewDisposeScope();
        using var network = Create(ScalarType.Float32);
        manual_seed(1);
        var tensors = network.NamedTensors();
        tensors["faces"] = randint(0, 256, [Batch, 3, 299, 299]).to(ScalarType.Float32);
        tensors["parts"] = randint(0, 256, [4 * Batch, 3, 64, 64]).to(ScalarType.Float32);
        tensors["amplitudes"] = randn(Batch, 640);
        tensors["labels"] = (arange(Batch) % 2).to(ScalarType.Float32);
        Safetensors.Write(path, new Dictionary<string, string>(), tensors);
    }

    private static void Print(List<StepResult> results)
    {
        Console.WriteLine("| engine | precision | samples/s | GEMM GFLOP/s | loss of the first step |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var group in results.GroupBy(result => (result.Engine, result.Precision)))
        {
            Console.WriteLine(
                $"| {group.Key.Engine} | {group.Key.Precision} | {Statistics.Median(group.Select(result => result.SamplesPerSecond)):F1} | {Statistics.Median(group.Select(result => result.GemmGflops)):F0} | {group.First().Loss:F5} |");
        }
        double Speed(bool isOurs, string precision) => Statistics.Median(results
            .Where(result => result.Engine.StartsWith("TorchSharp", StringComparison.Ordinal) == isOurs && result.Precision == precision)
            .Select(result => result.SamplesPerSecond).DefaultIfEmpty(double.NaN));
        Console.WriteLine($"bfloat16 / float32: {Speed(true, "bfloat16") / Speed(true, "float32"):F2}");
        foreach (var precision in Precisions.Where(precision => !double.IsNaN(Speed(false, precision))))
            Console.WriteLine($"TorchSharp / PyTorch, {precision}: {Speed(true, precision) / Speed(false, precision):F2}");
    }
}
