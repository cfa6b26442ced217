#!/usr/bin/env -S dotnet run --file
#:package CDNet.MLNet@0.1.*
#:package CDNet.MLNet.Torch@0.1.*
#:package libtorch-cpu-linux-x64@2.10.0
#:package OxyPlot.SkiaSharp@2.2.0
#:property PublishAot=false
#:property CreateHardLinksForCopyLocalIfPossible=true
// Explains the paper with its own code: the crops, their spectra, the features before and after stage 2 with both centres, and the decision.
//
//   dotnet run inside-cdnet.cs
//
// Pictures are written to the folder shown/. notebooks/03-inside-cdnet.ipynb is made from this file: lines that begin with // %% are where its cells begin.
// %% [markdown]
// # Inside CDNet
//
// The paper, *CDNet: Cluster Decision for Deepfake Detection Generalization*, step by step with the library's own code: what is cut out (section 3.1), what the frequencies show (3.2), what the two stages of training
// do to the features, and how the decision falls (3.3).
//
// Everything runs on the few pictures in `samples/faces`: one person, and fakes that one small program made. They show how the method works, not how well.

// %%
using System.IO;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Data;
using CDNet.MLNet.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using OxyPlot.SkiaSharp;
using SkiaSharp;
using RankingMetrics = CDNet.MLNet.Metrics.RankingMetrics;

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

byte[] Png(PlotModel plot, int width, int height)
{
    using var stream = new MemoryStream();
    plot.Background = OxyColors.White;
    new PngExporter { Width = width, Height = height, UseTextShaping = false }.Export(plot, stream);
    return stream.ToArray();
}

// %% [markdown]
// ## 1. Crops (section 3.1)
//
// A forgery is made for the eye that sees the whole face. So the face is looked at, with its edge, and the four parts that are hard to make: both eyes, nose and mouth. Here are the crops of a real picture and of the
// fake that was made from it, and how much they differ, ten times enlarged.

// %%
var mlContext = new MLContext(seed: 1);
var set = PictureSet.Open("../samples/faces/faces.csv");
var front = mlContext.Transforms.LoadPictures("Image", "Path")
    .Append(mlContext.Transforms.CropFaceParts("Image"))
    .Append(mlContext.Transforms.DctAmplitude());

string[] parts = ["Face", "RightEye", "LeftEye", "Nose", "Mouth"];

// The crops and their amplitudes of all pictures of a split, made once and kept.
IDataView Crops(string split)
{
    var rows = mlContext.Data.LoadFromEnumerable(set.InSplit(split));
    return mlContext.Data.Cache(front.Fit(rows).Transform(rows), [.. parts, .. parts.Select(part => part + "Dct"), "IsFake", "SourceVideo"]);
}

var train = Crops("train");
var test = Crops("test");

// %%
// Rows: the real crops, the fake ones, the difference. A crop is three planes of bytes: red, green, blue.
byte[] Compare(IReadOnlyList<byte[]> real, IReadOnlyList<byte[]> fake)
{
    const int side = 180, gap = 4;
    using var sheet = new SKBitmap(real.Count * (side + gap) - gap, 3 * (side + gap) - gap);
    using var canvas = new SKCanvas(sheet);
    using var smooth = new SKPaint { FilterQuality = SKFilterQuality.Medium };
    canvas.Clear(SKColors.White);
    for (var i = 0; i < real.Count; i++)
    {
        var difference = real[i].Zip(fake[i], (a, b) => (byte)Math.Min(255, 10 * Math.Abs(a - b))).ToArray();
        foreach (var (row, planes) in new[] { (0, real[i]), (1, fake[i]), (2, difference) })
        {
            var pixels = (int)Math.Sqrt(planes.Length / 3);
            using var bitmap = new SKBitmap(pixels, pixels);
            for (var at = 0; at < pixels * pixels; at++)
                bitmap.SetPixel(at % pixels, at / pixels, new SKColor(planes[at], planes[pixels * pixels + at], planes[2 * pixels * pixels + at]));
            canvas.DrawBitmap(bitmap, SKRect.Create(i * (side + gap), row * (side + gap), side, side), smooth);
        }
    }
    using var data = sheet.Encode(SKEncodedImageFormat.Png, 100);
    return data.ToArray();
}

// In the list each real picture stands before its fake; this is the second pair.
List<byte[]> CropsOf(int row) => parts.Select(part => train.GetColumn<byte[]>(part).Skip(row).First()).ToList();
Show("pair", Compare(CropsOf(2), CropsOf(3)));

// %% [markdown]
// Above the real crops, in the middle the fake ones, below the difference. Left to right: face, right eye, left eye, nose, mouth. Where hair and collar differ too, the detector found the fake's face a pixel elsewhere: each picture is cropped for itself.
//
// ## 2. Frequencies (section 3.2)
//
// What a forgery smooths away is hard to see and easy to count. Each crop goes through an exact DCT, and the amplitudes of its coefficients are averaged in 128 bands, from the coarsest structures to the finest. A face that was
// made smaller than it is shown has little left in the fine bands, and where two pictures were joined, something else takes its place.

// %%
var labels = train.GetColumn<bool>("IsFake").ToArray();

// The mean amplitudes of one class. The column has log(1 + amplitude), so that the coarse bands do not drown the others.
double[] Mean(string column, bool isFake)
{
    var rows = train.GetColumn<float[]>(column).Where((_, row) => labels[row] == isFake).ToList();
    return Enumerable.Range(0, rows[0].Length).Select(band => rows.Average(row => Math.Exp(row[band]) - 1)).ToArray();
}

LineSeries Line(string title, OxyColor colour, IEnumerable<double> values)
{
    var line = new LineSeries { Title = title, Color = colour };
    line.Points.AddRange(values.Select((value, band) => new DataPoint(band, value)));
    return line;
}

PlotModel Spectra(string title, Axis axis)
{
    var plot = new PlotModel { Title = title };
    plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "band, from coarse to fine", Minimum = 0, Maximum = 127, MajorGridlineStyle = LineStyle.Dot });
    (axis.Position, axis.MajorGridlineStyle) = (AxisPosition.Left, LineStyle.Dot);
    plot.Axes.Add(axis);
    plot.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.RightTop });
    return plot;
}

var spectra = Spectra("Mean amplitudes of the face crop", new LogarithmicAxis { Title = "amplitude" });
spectra.Series.Add(Line("real", OxyColors.SteelBlue, Mean("FaceDct", false)));
spectra.Series.Add(Line("fake", OxyColors.IndianRed, Mean("FaceDct", true)));
Show("spectra", Png(spectra, 760, 400));

// %%
var shares = Spectra("What the fakes have of each band", new LinearAxis { Title = "amplitude of the fakes / of the reals", Minimum = 0, ExtraGridlines = [1] });
var colours = new[] { OxyColors.Black, OxyColors.SeaGreen, OxyColors.DarkOrange, OxyColors.MediumPurple, OxyColors.IndianRed };
foreach (var (part, colour) in parts.Zip(colours))
    shares.Series.Add(Line(part, colour, Mean(part + "Dct", true).Zip(Mean(part + "Dct", false), (fake, real) => fake / real)));
Show("shares", Png(shares, 760, 400));

// %% [markdown]
// Below 1 the fakes have less of a band than the reals. The finest bands are next to empty in both, so what is there is the noise of the JPEG files. The DCT is linear, so averaging the colours before it or after it is the same; and it is orthonormal, so that the same noise has the same amplitude in a crop of 64 and in one of
// 299 pixels.
//
// ## 3. Two stages of training (section 3.3)
//
// The network turns the crops and their amplitudes into 200 features. In stage 1 a fully connected head on top of them learns by the cross entropy; it only asks that a plane can be drawn between the classes. In stage 2 the head is gone.
// Each class has a centre; features that are farther from theirs than a margin are pulled to it, and the centres are pushed apart. The margin is beta times the squared distance between the centres, 0.4 in the paper and 0.1 here, because these pictures are easy. The hope is that unseen fakes, too, fall nearer to the centre of the fakes.
//
// Here the network is trained twice from the same seed: once with stage 1 alone, once with both. So what differs is what stage 2 did. No picture validates (`ValidationFraction = 0`): the last epoch is kept, whatever it is worth.

// %%
var options = new SamFeatureOptions
{
    LabelColumnName = "IsFake",
    SamplingKeyColumnName = "SourceVideo",
    Sampling = ClassSampling.Paired,
    ValidationFraction = 0,
    EpochsStage1 = 2,
    EpochsStage2 = 0,
    Beta = 0.1,
    BatchSize = 10,
    LearningRate = 1e-3,
    LearningRateStage2 = 1e-3,
    BatchNormBatches = 2,
};
var before = mlContext.Transforms.SamFeatures(options).Fit(train);
var after = mlContext.Transforms.SamFeatures(options with { EpochsStage2 = 2 }).Fit(train);
foreach (var (name, stage) in new[] { ("before", before), ("after", after) })
    Console.WriteLine($"{name} stage 2: {stage.Report.TrainingRows} pictures, loss by epoch {string.Join(", ", stage.Report.Epochs.Where(epoch => epoch.Epoch > 0).Select(epoch => $"{epoch.Loss:F3} (stage {epoch.Stage})"))}");

// %% [markdown]
// ## 4. The features in two dimensions
//
// 200 numbers cannot be drawn, but the decision only looks along one direction: the line through the two centres. So that is the horizontal axis here, with 0 in the middle between them. The vertical axis is the direction across it
// in which the pictures differ most (the first principal component of what is left). Both centres lie on the horizontal line at 0, and the boundary of Eq. 5, the points as near to one centre as to the other, is exactly the vertical line at 0.
//
// The background is the probability that `ClusterDecision` gives to each point of this plane. The points are test pictures; no picture of their sources was trained on.

// %%
double Dot(IEnumerable<double> a, IEnumerable<double> b) => a.Zip(b, (x, y) => x * y).Sum();

double[] Unit(double[] vector)
{
    var length = Math.Max(1e-12, Math.Sqrt(Dot(vector, vector)));
    return vector.Select(value => value / length).ToArray();
}

// The middle between the centres, the direction from real to fake, and the one across it with the most variance.
(double[] Middle, double[] Along, double[] Across) Plane(IReadOnlyList<float[]> rows, ClusterCentres centres)
{
    var middle = centres.Real.Zip(centres.Fake, (real, fake) => (real + fake) / 2.0).ToArray();
    var along = Unit(centres.Fake.Zip(centres.Real, (fake, real) => (double)fake - real).ToArray());
    var means = Enumerable.Range(0, middle.Length).Select(i => rows.Average(row => (double)row[i])).ToArray();
    var rest = rows.Select(row =>
    {
        var centred = row.Zip(means, (value, mean) => value - mean).ToArray();
        var share = Dot(centred, along);
        return centred.Zip(along, (value, direction) => value - share * direction).ToArray();
    }).ToList();
    // Power iteration: multiplying by the covariance again and again leaves its first principal component.
    var across = Unit(rest[0]);
    for (var step = 0; step < 100; step++)
    {
        var next = new double[across.Length];
        foreach (var row in rest)
        {
            var share = Dot(row, across);
            for (var i = 0; i < next.Length; i++)
                next[i] += share * row[i];
        }
        across = Unit(next);
    }
    return (middle, along, across);
}

// %%
byte[] Scatter(string title, SamFeatureTransformer features)
{
    var scored = features.Transform(test);
    var rows = scored.GetColumn<float[]>("Features").ToList();
    var isFake = scored.GetColumn<bool>("IsFake").ToList();
    var centres = features.Centres!;
    var (middle, along, across) = Plane(rows, centres);
    (double X, double Y) Project(float[] row)
    {
        var centred = row.Zip(middle, (value, origin) => value - origin).ToArray();
        return (Dot(centred, along), Dot(centred, across));
    }

    var points = rows.Select(Project).ToList();
    var (real, fake) = (Project(centres.Real), Project(centres.Fake));
    var width = 1.15 * points.Append(real).Append(fake).Max(point => Math.Abs(point.X));
    var (low, high) = (points.Append(real).Min(point => point.Y), points.Append(real).Max(point => point.Y));
    (low, high) = (low - 0.1 * (high - low), high + 0.1 * (high - low));

    const int cells = 120;
    var map = new double[cells, cells];
    for (var i = 0; i < cells; i++)
    {
        for (var j = 0; j < cells; j++)
        {
            var (x, y) = (width * (2 * (i + 0.5) / cells - 1), low + (high - low) * (j + 0.5) / cells);
            var point = middle.Select((value, at) => (float)(value + x * along[at] + y * across[at])).ToArray();
            map[i, j] = ClusterDecision.Decide(point, centres).Probability;
        }
    }

    var scores = rows.Select(row => ClusterDecision.Decide(row, centres).Score).ToArray();
    var plot = new PlotModel { Title = $"{title}: test AUC {RankingMetrics.Auc(scores, isFake):F3}" };
    plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "along the line through the centres", Minimum = -width, Maximum = width });
    plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "across it", Minimum = low, Maximum = high });
    var palette = OxyPalette.Interpolate(100, OxyColor.FromRgb(150, 190, 230), OxyColors.White, OxyColor.FromRgb(240, 170, 160));
    plot.Axes.Add(new LinearColorAxis { Position = AxisPosition.Right, Palette = palette, Minimum = 0, Maximum = 1, Title = "probability of fake" });
    plot.Series.Add(new HeatMapSeries { X0 = -width, X1 = width, Y0 = low, Y1 = high, Data = map, Interpolate = false, CoordinateDefinition = HeatMapCoordinateDefinition.Edge });
    plot.Annotations.Add(new LineAnnotation { Type = LineAnnotationType.Vertical, X = 0, Color = OxyColors.Black, LineStyle = LineStyle.Dash });
    foreach (var (name, of, colour) in new[] { ("real", false, OxyColors.SteelBlue), ("fake", true, OxyColors.Firebrick) })
    {
        // Lines without a line: the points of a scatter series would take their colours from the map's axis.
        var series = new LineSeries { Title = name, Color = OxyColors.Transparent, MarkerType = MarkerType.Circle, MarkerSize = 4, MarkerFill = colour, MarkerStroke = OxyColors.White, MarkerStrokeThickness = 1 };
        series.Points.AddRange(points.Where((_, row) => isFake[row] == of).Select(point => new DataPoint(point.X, point.Y)));
        plot.Series.Add(series);
        var centre = new LineSeries { Title = $"centre of the {name}s", Color = OxyColors.Transparent, MarkerType = MarkerType.Diamond, MarkerSize = 8, MarkerFill = colour, MarkerStroke = OxyColors.Black, MarkerStrokeThickness = 2 };
        centre.Points.Add(of ? new DataPoint(fake.X, fake.Y) : new DataPoint(real.X, real.Y));
        plot.Series.Add(centre);
    }
    plot.Legends.Add(new Legend { LegendPosition = LegendPosition.BottomCenter, LegendPlacement = LegendPlacement.Outside, LegendOrientation = LegendOrientation.Horizontal, LegendItemSpacing = 30 });
    return Png(plot, 800, 560);
}

Show("before", Scatter("Before stage 2", before));

// %%
Show("after", Scatter("After stage 2", after));

// %% [markdown]
// The scales differ from picture to picture; look at the shapes. How tight the classes are beside the distance of their centres can be told as a number: the mean distance of the training features to the centre of their own class, over the distance between the centres. The centres hardly move in so short a training (each step takes them a ten-thousandth of the way); it is the pictures that come nearer.

// %%
foreach (var (name, stage) in new[] { ("before", before), ("after", after) })
{
    var centres = stage.Centres!;
    var rows = stage.Transform(train).GetColumn<float[]>("Features").ToList();
    var own = rows.Select((row, at) => Math.Sqrt(labels[at] ? ClusterDecision.Decide(row, centres).DistanceToFake : ClusterDecision.Decide(row, centres).DistanceToReal)).Average();
    var between = Math.Sqrt(ClusterDecision.Decide(centres.Real, centres).DistanceToFake);
    Console.WriteLine($"{name} stage 2: {own:F2} to the own centre, {between:F2} between the centres: {own / between:F2}");
}

// %% [markdown]
// ## 5. The decision
//
// With the squared distances dR to the centre of the reals, dF to that of the fakes, and D = dR + dF, the score is D / dF - D / dR. It is 0 on the boundary, grows without bound towards the centre of the fakes, and falls towards that of the reals.
// Here it is by hand for one real test picture and the fake made from it.

// %%
var features = after.Transform(test).GetColumn<float[]>("Features").ToList();
foreach (var (row, name) in new[] { (0, "real"), (1, "fake") })
{
    var verdict = ClusterDecision.Decide(features[row], after.Centres!);
    var (dR, dF) = ((double)verdict.DistanceToReal, (double)verdict.DistanceToFake);
    Console.WriteLine($"{name}: dR {dR:F3}, dF {dF:F3}, score {(dR + dF) / dF - (dR + dF) / dR:F2} = {verdict.Score:F2}, called {(verdict.IsFake ? "fake" : "real")}");
}

// %%
PlotModel Decision()
{
    var plot = new PlotModel { Title = "Score along the line from the centre of the reals (0) to that of the fakes (1)" };
    plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "share of the way", Minimum = 0, Maximum = 1, MajorGridlineStyle = LineStyle.Dot });
    plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "score", Minimum = -20, Maximum = 20, MajorGridlineStyle = LineStyle.Dot });
    var line = new LineSeries { Color = OxyColors.Black };
    line.Points.AddRange(Enumerable.Range(1, 199).Select(step => step / 200.0).Select(share => new DataPoint(share, ClusterDecision.Score(share * share, (1 - share) * (1 - share)))));
    plot.Series.Add(line);
    plot.Annotations.Add(new LineAnnotation { Type = LineAnnotationType.Horizontal, Y = 0, Color = OxyColors.Gray });
    plot.Annotations.Add(new LineAnnotation { Type = LineAnnotationType.Vertical, X = 0.5, Color = OxyColors.Gray, LineStyle = LineStyle.Dash, Text = "boundary" });
    return plot;
}

Show("decision", Png(Decision(), 760, 360));

// %% [markdown]
// How this does on real data sets, and where the paper's claims held up and where not, is in `docs/results.md`. What the paper leaves open, and what was chosen, is in `docs/design.md`.

// %%
before.Dispose();
after.Dispose();
