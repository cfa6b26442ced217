using CDNet.MLNet.Benchmarks;

// dotnet run -c Release --project tests/CDNet.MLNet.Benchmarks -- step
switch (args.FirstOrDefault())
{
    case "step":
        return StepBenchmark.Run(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 5);
    case "step-once":
        return StepBenchmark.RunOnce(args[1], args[2]);
    case "score" when args.Length > 1:
        return ScoreBenchmark.Run(args[1], args.Length > 2 ? int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture) : 3);
    case "parts" when args.Length > 1:
        return PartsBenchmark.Run(args[1], args.Length > 2 ? int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture) : 21);
    case "flat" when args.Length > 1:
        return await FlatBenchmark.RunAsync(args[1], args.Length > 2 ? int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture) : 10_000);
    default:
        Console.Error.WriteLine("Usage: score FOLDER [ROUNDS]. Scoring in batches beside the ML.NET pipeline of the same model, on the pictures of a folder.");
        Console.Error.WriteLine("Usage: parts FOLDER [TIMES]. What each step from a photograph to its verdict costs on one core.");
        Console.Error.WriteLine("Usage: flat FOLDER [PICTURES]. What one scorer holds while it scores 10,000 pictures; exit code 1 where it grows by more than 5%.");
        Console.Error.WriteLine("Usage: step [ROUNDS]. A training step of the selective attention module in 32 bits and in bfloat16, beside the same step in PyTorch where python3 has it.");
        return 2;
}
