#!/usr/bin/env -S dotnet run --file
#:package CDNet.MLNet@0.1.*
#:package CDNet.MLNet.Torch@0.1.*
#:package libtorch-cpu-linux-x64@2.10.0
#:package OxyPlot.SkiaSharp@2.2.0
#:property PublishAot=false
#:property CreateHardLinksForCopyLocalIfPossible=true
// Trains the paper's method with its four components appended by hand, on the few pictures in faces/, and measures it on pictures of the same kind.
//
//   dotnet run train.cs
//
// Pictures are written to the folder shown/. notebooks/02-train.ipynb is made from this file: lines that begin with // %% are where its cells begin.
// %% [markdown]
// # Train: four components, two stages
//
// This trains the method of the paper from random weights in a minute or two on two processor cores. Libtorch comes as a package of its own, because it depends on the system:
// `libtorch-cpu-linux-x64` here, `libtorch-cpu-win-x64` or `libtorch-cpu-osx-arm64` elsewhere.
//
// What it is worth: nothing outside of this page. The pictures in `samples/faces` are all of one person, made from one photograph, and the fakes among them are tampered with by one small program, the
// same way each time. The network learns that program's traces. It shows that the training runs and what its figures look like; the figures themselves say nothing about deepfakes.

// %%
using System.IO;
using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using OxyPlot.SkiaSharp;
using SkiaSharp;

#if NOTEBOOK
void Show(string name, byte[] png) => Convert.ToBase64String(png).DisplayAs("image/png");
#else
void Show(string name, byte[] png)
{
    var path = Path.Combine(Directory.CreateDirectory("shown").FullName, name + ".png");
    File.WriteAllBytes(path, png);
    Console.WriteLine($"-> {path}");
}
#endif

// %% [markdown]
// ## The data
//
// A CSV with `path`, `label`, `split`, `source_video` and `video`. The source matters: a fake and the real picture it was made from have the same one, and they must not be torn apart between training and validation, or
// the network could pass by knowing the scene.

// %%
var set = PictureSet.Open("../samples/faces/faces.csv");
foreach (var split in set.SplitNames)
    Console.WriteLine($"{split}: {set.InSplit(split).Count(picture => !picture.IsFake)} real, {set.InSplit(split).Count(picture => picture.IsFake)} fake");

byte[] Pairs(IEnumerable<(string Real, string Fake)> pairs)
{
    const int side = 150, gap = 4;
    var list = pairs.ToList();
    using (var sheet = new SKBitmap(list.Count * (side + gap) - gap, 2 * side + gap))
    using (var canvas = new SKCanvas(sheet))
    using (var smooth = new SKPaint { FilterQuality = SKFilterQuality.Medium })
    {
        canvas.Clear(SKColors.White);
        for (var i = 0; i < list.Count; i++)
        {
            using (var real = SKBitmap.Decode(list[i].Real))
            using (var fake = SKBitmap.Decode(list[i].Fake))
            {
                canvas.DrawBitmap(real, SKRect.Create(i * (side + gap), 0, side, side), smooth);
                canvas.DrawBitmap(fake, SKRect.Create(i * (side + gap), side + gap, side, side), smooth);
            }
        }
        using (var data = sheet.Encode(SKEncodedImageFormat.Png, 100))
            return data.ToArray();
    }
}

Show("pairs", Pairs(set.InSplit("train").GroupBy(picture => picture.SourceVideo).Take(5).Select(source => (source.First(picture => !picture.IsFake).Path, source.First(picture => picture.IsFake).Path))));

// %% [markdown]
// Above five real pictures, below the fakes made from them: the inner face is softer, and a little off in shape and colour. Some of the real pictures are soft as a whole; that alone is no sign of a fake.
//
// ## The pipeline
//
// Each component is an ordinary ML.NET estimator. `CropFaceParts` and `DctAmplitude` have nothing to learn; `SamFeatures` is the network, and `ClusterDecision` decides by the distances of its features to two centres.
// The options make the training short: 40 pictures instead of thousands, few epochs, a learning rate above the paper's. `Beta`, the margin of stage 2, is 0.1 instead of the paper's 0.4: on a set as easy as this one stage 1 leaves nearly every picture inside the
// wide margin, and stage 2 would have nothing to do.

// %%
var mlContext = new MLContext(seed: 1);
var training = new SamFeatureOptions
{
    LabelColumnName = "IsFake",
    SamplingKeyColumnName = "SourceVideo",
    Sampling = ClassSampling.Paired,
    ValidationFraction = 0.3,
    EpochsStage1 = 3,
    EpochsStage2 = 3,
    Beta = 0.1,
    BatchSize = 8,
    LearningRate = 1e-3,
    LearningRateStage2 = 1e-3,
    BatchNormBatches = 2,
};
var pipeline = mlContext.Transforms.LoadPictures("Image", "Path")
    .Append(mlContext.Transforms.CropFaceParts("Image"))
    .Append(mlContext.Transforms.DctAmplitude())
    .Append(mlContext.Transforms.SamFeatures(training))
    .Append(mlContext.BinaryClassification.Trainers.ClusterDecision(labelColumnName: "IsFake"));

// %% [markdown]
// ## Fit
//
// Stage 1 trains the network with a fully connected head and the cross entropy. Then the mean of the real and of the fake features over the whole training set become the two centres (Eq. 1), the head is thrown away, and stage 2
// pulls the features of each class to its centre and pushes the centres apart (Eq. 2 and 3). Each stage keeps the epoch that did best on the validation pictures; epoch 0 of stage 2 is the network as stage 1 left it.

// %%
var trainingRows = mlContext.Data.LoadFromEnumerable(set.InSplit("train"));
var model = pipeline.Fit(trainingRows);
var report = model.OfType<SamFeatureTransformer>().Single().Report;
Console.WriteLine($"{report.TrainingRows} pictures trained, {report.ValidationRows} validated, {report.Parameters:N0} numbers of the network");
foreach (var epoch in report.Epochs)
    Console.WriteLine($"stage {epoch.Stage}, epoch {epoch.Epoch}: {(epoch.Epoch == 0 ? "not trained yet" : $"loss {epoch.Loss:F3}")}, validation AUC {epoch.ValidationAuc:F3}");

// %%
byte[] Curves(TrainingReport of)
{
    var plot = new PlotModel { Title = "Training loss and validation AUC", Background = OxyColors.White };
    plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "epoch (stage 2 behind stage 1)", MajorGridlineStyle = LineStyle.Dot, MinimumPadding = 0.03, MaximumPadding = 0.03, MajorStep = 1, MinorStep = 1, AxisTitleDistance = 8 });
    plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Key = "loss", Title = "training loss", StartPosition = 0, EndPosition = 0.47, MinimumPadding = 0.05, MaximumPadding = 0.05, AxisTitleDistance = 12, MajorGridlineStyle = LineStyle.Dot });
    plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Key = "AUC", Title = "validation AUC", StartPosition = 0.53, EndPosition = 1, MinimumPadding = 0.08, MaximumPadding = 0.08, AxisTitleDistance = 12, MajorGridlineStyle = LineStyle.Dot });
    plot.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.RightTop });
    var behind = of.Epochs.Where(epoch => epoch.Stage == 1).Max(epoch => epoch.Epoch);
    foreach (var (stage, colour) in new[] { (1, OxyColors.SteelBlue), (2, OxyColors.DarkOrange) })
    {
        foreach (var (key, value) in new (string, Func<EpochReport, double>)[] { ("loss", epoch => epoch.Loss), ("AUC", epoch => epoch.ValidationAuc) })
        {
            var line = new LineSeries { Title = $"stage {stage}, {key}", YAxisKey = key, Color = colour, MarkerType = MarkerType.Circle, MarkerFill = colour };
            line.Points.AddRange(of.Epochs.Where(epoch => epoch.Stage == stage && double.IsFinite(value(epoch))).Select(epoch => new DataPoint(epoch.Epoch + (stage == 2 ? behind : 0), value(epoch))));
            plot.Series.Add(line);
        }
    }
    using (var stream = new MemoryStream())
    {
        new PngExporter { Width = 820, Height = 480, UseTextShaping = false }.Export(plot, stream);
        return stream.ToArray();
    }
}

Show("curves", Curves(report));

// %% [markdown]
// Stage 2 has another loss than stage 1, so the two curves below cannot be compared with each other; the AUC above can.
//
// ## Test
//
// On the test pictures, whose sources the training has not seen, ML.NET's own evaluator gives the AUC: the share of all pairs of a fake and a real picture in which the fake has the higher score. 0.5 is guessing, 1 is perfect.

// %%
var testRows = mlContext.Data.LoadFromEnumerable(set.InSplit("test"));
var metrics = mlContext.BinaryClassification.Evaluate(model.Transform(testRows), labelColumnName: "IsFake");
Console.WriteLine($"AUC {metrics.AreaUnderRocCurve:F3}, accuracy {metrics.Accuracy:P1}");

// %% [markdown]
// The model that comes with the package was trained on faces of hundreds of people, faked by eight real methods, and never saw these pictures. How does it do on them?

// %%
var shipped = CDNetModel.LoadDefault();
var isFake = set.InSplit("test").ToDictionary(picture => picture.Path, picture => picture.IsFake);
var verdicts = shipped.Score(isFake.Keys).Where(verdict => verdict.Face == 0 && verdict.Detection is not null).ToList();
var auc = CDNet.MLNet.Metrics.RankingMetrics.Auc(verdicts.Select(verdict => verdict.Score).ToArray(), verdicts.Select(verdict => isFake[verdict.Path]).ToArray());
Console.WriteLine($"the model that comes with the package: AUC {auc:F3}");
shipped.Dispose();

// %% [markdown]
// Of tampering of this kind it knows a part only, while a network that saw forty such pictures gets nearly all of it right, and would know nothing of any other. That is the lesson of this page: a figure belongs to a data set. To make the shipped model better at
// fakes of your kind, fit its last layer to them (`ProjectionRefit`), or let it go on learning: `StartFrom = "default"`, `FreezeBatchNorms = true`, and a rate of about 0.00002, because its last layer was fitted.
//
// ## Save, load, score
//
// One zip holds everything, the face detector included. It scores anywhere with the package CDNet.MLNet alone, without libtorch.

// %%
var folder = Directory.CreateTempSubdirectory("cdnet-");
var zip = Path.Combine(folder.FullName, "model.zip");
mlContext.Model.Save(model, trainingRows.Schema, zip);
Console.WriteLine($"{Path.GetFileName(zip)}: {new FileInfo(zip).Length / 1024.0 / 1024:F1} MB");

var loaded = CDNetModel.Load(zip);
foreach (var verdict in loaded.Score(set.InSplit("test").Take(2).Select(picture => picture.Path)))
    Console.WriteLine($"{Path.GetRelativePath(set.Root, verdict.Path)}: {verdict.Verdict} {verdict.Probability:P1}");

loaded.Dispose();
model.Dispose();
folder.Delete(recursive: true);
