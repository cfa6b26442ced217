using System.Globalization;
using CDNet.MLNet.Fuzzing;

// dotnet run -c Release --project tests/CDNet.MLNet.Fuzzing -- READER[,READER...]|parsers|slow|all [--executions N] [--seed S] [--seconds T] [--coverage] [--out FOLDER]
// dotnet run -c Release --project tests/CDNet.MLNet.Fuzzing -- corpus FOLDER
if (args is ["corpus", var folder])
{
    CorpusWriter.Write(folder);
    return 0;
}
if (args.Contains("--coverage") && !InstrumentedCopy.IsThis)
    return InstrumentedCopy.Run(args);
if (InstrumentedCopy.IsThis)
    BranchCoverage.Start();
string Option(string name, string fallback) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : fallback;
var chosen = args.FirstOrDefault() switch
{
    "all" => AllReaders.All,
    "parsers" => [.. AllReaders.All.Where(reader => !reader.IsSlow)],
    "slow" => [.. AllReaders.All.Where(reader => reader.IsSlow)],
    { } names when names.Split(',').All(name => AllReaders.All.Any(reader => reader.Name == name)) => [.. AllReaders.All.Where(reader => names.Split(',').Contains(reader.Name))],
    _ => Array.Empty<Reader>(),
};
if (chosen.Count == 0)
{
    Console.Error.WriteLine("Usage: READER[,READER...]|parsers|slow|all [--executions N] [--seed S] [--seconds T] [--coverage] [--out FOLDER]. N and T are for each reader; --coverage keeps inputs that take new branches as parents.");
    Console.Error.WriteLine($"Readers: {string.Join(", ", AllReaders.All.Select(reader => reader.Name))}.");
    return 2;
}
var executions = long.Parse(Option("--executions", "10000"), CultureInfo.InvariantCulture);
var seed = int.Parse(Option("--seed", "1"), CultureInfo.InvariantCulture);
var seconds = double.Parse(Option("--seconds", "3600"), CultureInfo.InvariantCulture);
var output = Option("--out", Path.Combine(Path.GetTempPath(), "cdnet-fuzz-finds"));
var finds = 0;
Console.WriteLine("| reader | executions | seconds | a second | outcomes | branches | most bytes for one input | finds |");
Console.WriteLine("|---|---|---|---|---|---|---|---|");
foreach (var reader in chosen)
{
    var result = new FuzzRun(reader, seed, output, InstrumentedCopy.IsThis ? new BranchCoverage() : null).Run(executions, TimeSpan.FromSeconds(seconds));
    finds += result.Finds.Count;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {result.Reader} | {result.Executions:N0} | {result.Seconds:F1} | {result.Executions / result.Seconds:N0} | {result.Outcomes} | {result.Branches?.ToString(CultureInfo.InvariantCulture) ?? "not counted"} | {result.PeakBytes:N0} | {result.Finds.Count} |"));
}
Console.WriteLine($"\n{finds} finds, most memory of the process {Environment.WorkingSet >> 20:N0} MiB at the end.");
return finds == 0 ? 0 : 1;
