// Scores pictures with a model zip and ML.NET alone, as code does that Model Builder writes: ModelInput in, ModelOutput out.
//
//   dotnet run -- MODEL.zip PICTURE_OR_FOLDER...    a CSV on standard output
//
// Where there is no MODEL.zip, the model that comes with CDNet.MLNet is written to it first.
using System.Globalization;
using CDNet.MLNet.Scoring;
using Microsoft.ML;

if (args.Length < 2)
{
    Console.Error.WriteLine("Usage: BatchScoring MODEL.zip PICTURE_OR_FOLDER...");
    return 2;
}
if (!File.Exists(args[0]))
{
    using var model = CDNetModel.OpenDefault();
    using var file = File.Create(args[0]);
    model.CopyTo(file);
}

string[] endings = [".jpg", ".jpeg", ".png", ".webp", ".bmp"];
var pictures = args.Skip(1).SelectMany(FilesOf);

var mlContext = new MLContext();
var transformer = mlContext.Model.Load(args[0], out _);
var scored = transformer.Transform(mlContext.Data.LoadFromEnumerable(pictures.Select(path => new ModelInput { Path = path })));
Console.WriteLine("path,verdict,probability,score,confidence,error");
// Rows stream: nothing is read before it is asked for, and memory stays the same for any number of pictures.
foreach (var row in mlContext.Data.CreateEnumerable<ModelOutput>(scored, reuseRowObject: true))
{
    var verdict = row.ImageError.Length > 0 ? "" : row.FaceConfidence == 0 ? "noface" : row.PredictedLabel ? "fake" : "real";
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Quoted(row.Path)},{verdict},{row.Probability:R},{row.Score:R},{row.FaceConfidence:R},{Quoted(row.ImageError)}"));
}
(transformer as IDisposable)?.Dispose();
return 0;

IEnumerable<string> FilesOf(string path) => Directory.Exists(path)
    ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(file => endings.Contains(Path.GetExtension(file).ToLowerInvariant())).Order(StringComparer.Ordinal)
    : [path];

static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
