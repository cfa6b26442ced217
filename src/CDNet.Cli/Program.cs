using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch;
using Microsoft.ML;
var ml = new MLContext(1);
var root = args[0];
int limit = int.Parse(args[1]);
var rows = File.ReadLines(Path.Combine(root, "manifest.csv")).Skip(1).Select(l => l.Split(',')).Where(f => f[2] is "train" or "val").Select(f => new R { Path = Path.Combine(root, f[0]), Label = f[1] == "fake", V = f[3], IsVal = f[2] == "val" });
var sh = rows.Where(r => !r.IsVal).ToArray(); new Random(3).Shuffle(sh); var list = sh.Take(limit).Concat(rows.Where(r => r.IsVal)).ToArray();
var data = ml.Data.LoadFromEnumerable(list);
var last = DateTime.MinValue;
var opt = new CDNetOptions { Crops = new FacePartCropOptions { Detector = FaceDetectorModel.FromFile(args[2]), MinConfidence = 0.6f }, Training = new SamFeatureOptions { ValidationColumnName = "IsVal", SamplingKeyColumnName = "V", LearningRate = double.Parse(args[4]), Schedule = LearningRateSchedule.WarmupCosine, TimeBudget = TimeSpan.FromMinutes(double.Parse(args[3])), EpochsStage1 = 50, EpochsStage2 = 50, Progress = new P() } };
var chain = ml.Transforms.LoadPictures().Append(ml.BinaryClassification.Trainers.CDNet(opt));
var sw = System.Diagnostics.Stopwatch.StartNew();
var model = chain.Fit(data);
Console.WriteLine($"{sw.Elapsed}");
foreach (var e in model.LastTransformer.Report.Epochs) Console.WriteLine(e);
Console.WriteLine(model.LastTransformer.Report with { Epochs = [] });
Console.WriteLine($"|CF-CR|^2 = {model.LastTransformer.Centres.SquaredDistance}");
ml.Model.Save(model, data.Schema, args[5]);
var test = ml.Data.LoadFromEnumerable(File.ReadLines(Path.Combine(root, "manifest.csv")).Skip(1).Select(l => l.Split(',')).Where(f => f[2] is "test").Select(f => new R { Path = Path.Combine(root, f[0]), Label = f[1] == "fake" }));
var m = ml.BinaryClassification.Evaluate(model.Transform(test));
Console.WriteLine($"test AUC {m.AreaUnderRocCurve} acc {m.Accuracy} {sw.Elapsed}");
class P : IProgress<TrainingProgress> { DateTime last; TrainingPhase ph; public void Report(TrainingProgress p) { if (p.Phase != ph || DateTime.Now - last > TimeSpan.FromSeconds(20)) { last = DateTime.Now; ph = p.Phase; Console.WriteLine(p); } } }
class R { public string Path { get; set; } = ""; public bool Label { get; set; } public string V { get; set; } = ""; public bool IsVal { get; set; } }
