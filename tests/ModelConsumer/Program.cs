// Usage: ModelConsumer MODEL.zip PICTURE...
// Prints for each picture the bits of its score and probability and its predicted label; then whether a training or video library was loaded.
using Microsoft.ML;

var context = new MLContext();
using var model = (IDisposable)context.Model.Load(args[0], out _);
var pictures = context.Data.LoadFromEnumerable(args.Skip(1).Select(path => new Input { Path = path }));
var scored = ((ITransformer)model).Transform(pictures);
foreach (var row in context.Data.CreateEnumerable<Output>(scored, reuseRowObject: false))
{
    Console.WriteLine(
        $"{row.Path}\t{BitConverter.SingleToInt32Bits(row.Score):x8}\t{BitConverter.SingleToInt32Bits(row.Probability):x8}\t{row.PredictedLabel}");
}
if (File.Exists("/proc/self/maps"))
    Console.WriteLine($"heavy libraries: {File.ReadLines("/proc/self/maps").Count(line => line.Contains("torch", StringComparison.OrdinalIgnoreCase) || line.Contains("opencv", StringComparison.OrdinalIgnoreCase))}");

internal sealed class Input
{
    public string Path { get; set; } = "";
}

internal sealed class Output
{
    public string Path { get; set; } = "";

    public float Score { get; set; }

    public float Probability { get; set; }

    public bool PredictedLabel { get; set; }
}
