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
    case "serve":
        return await ServeBenchmark.RunAsync(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 60);
    default:
        Console.Error.WriteLine("Usage: score FOLDER [ROUNDS]. Scoring in batches beside the ML.NET pipeline of the same model, on the pictures of a folder.");
        Console.Error.WriteLine("Usage: serve [SECONDS]. Holds four times as many requests as the server works on at once, and counts its answers.");
        Console.Error.WriteLine("Usage: step [ROUNDS]. A training step of the selective attention module in 32 bits and in bfloat16, beside the same step in PyTorch where python3 has it.");
        return 2;
}
