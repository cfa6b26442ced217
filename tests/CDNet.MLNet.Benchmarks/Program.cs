using System.Globalization;
using CDNet.MLNet.Benchmarks;

// dotnet run -c Release --project tests/CDNet.MLNet.Benchmarks -- step
int Number(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;

switch (args.FirstOrDefault())
{
    case "step":
        return StepBenchmark.Run(Number(1, 5));
    case "step-once":
        return StepBenchmark.RunOnce(args[1], args[2]);
    case "score" when args.Length > 1:
        return ScoreBenchmark.Run(args[1], Number(2, 3));
    case "parts" when args.Length > 1:
        return PartsBenchmark.Run(args[1], Number(2, 21));
    case "prepare" when args.Length > 1:
        return PrepareBenchmark.Run(args[1], Number(2, 3));
    case "memory" when args.Length > 1:
        return MemoryBenchmark.Run(args[1], withNetwork: args.Length < 3 || args[2] != "no-network");
    case "load":
        return LoadBenchmark.Run(Number(1, 10_000), args.Length > 2 ? args[2] : null);
    case "flat" when args.Length > 1:
        return await FlatBenchmark.RunAsync(args[1], Number(2, 10_000));
    case "serve":
        return await ServeBenchmark.RunAsync(Number(1, 60));
    default:
        Console.Error.WriteLine("Usage: memory SET [no-network]. Peak memory of scoring a prepared set, by the number of rows.");
        Console.Error.WriteLine("Usage: prepare FOLDER [ROUNDS]. Preparing the clips of a folder with either decoder, beside ffmpeg -f null.");
        Console.Error.WriteLine("Usage: score FOLDER [ROUNDS]. Scoring in batches beside the ML.NET pipeline of the same model, and beside PyTorch and OpenCV where python3 has them, on the pictures of a folder.");
        Console.Error.WriteLine("Usage: parts FOLDER [TIMES]. What each step from a photograph to its verdict costs on one core.");
        Console.Error.WriteLine("Usage: load [PREDICTIONS [FOLDER]]. Four threads through pooled prediction engines and through BatchScorer: wrong scores, memory, handles, threads. With a folder of photographs: by the default model.");
        Console.Error.WriteLine("Usage: flat FOLDER [PICTURES]. What one scorer holds while it scores 10,000 pictures; exit code 1 where it grows by more than 5%.");
        Console.Error.WriteLine("Usage: serve [SECONDS]. Holds four times as many requests as the server works on at once, and counts its answers.");
        Console.Error.WriteLine("Usage: step [ROUNDS]. A training step of the selective attention module in 32 bits and in bfloat16, beside the same step in PyTorch where python3 has it.");
        return 2;
}
