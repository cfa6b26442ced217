#!/usr/bin/env -S dotnet run --file
#:package CDNet.MLNet@0.1.*
#:package OxyPlot.SkiaSharp@2.2.0
#:property PublishAot=false
// Scores pictures with the model that comes with the package, shows the crops that it looks at, and says what drove its verdict.
//
//   dotnet run quickstart.cs [PICTURE ...]
//
// Pictures are written to the folder shown/. notebooks/01-quickstart.ipynb is made from this file: lines that begin with // %% are where its cells begin.
// %% [markdown]
// # Quickstart: score a picture, and see why
//
// The package CDNet.MLNet finds the faces in a photograph, cuts each into five crops, and says how probable it is that the face was faked. The detector and the model
// are inside the package: there is nothing to download.
//
// A score is evidence, not proof. The model knows the kinds of fakes that it was trained on and says less about others.

// %%
using System.IO;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;
using Microsoft.ML;
using Microsoft.ML.Data;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using OxyPlot.SkiaSharp;
using SkiaSharp;

#if NOTEBOOK
string[] args = [];   // pictures of your own

void Show(string name, byte[] png) => Convert.ToBase64String(png).DisplayAs("image/png");
#else
void Show(string name, byte[] png)
{
    var path = Path.Combine(Directory.CreateDirectory("shown").FullName, name + ".png");
    File.WriteAllBytes(path, png);
    Console.WriteLine($"-> {path}");
}
#endif

byte[] Png(SKBitmap bitmap)
{
    using (var data = bitmap.Encode(SKEncodedImageFormat.Png, 100))
        return data.ToArray();
}

// %% [markdown]
// ## Verdicts
//
// Three lines: load the model, give it paths, read verdicts. There is one verdict for each face, the most confident face first. The two photographs here are an astronaut's
// portrait and a rocket; a picture without a face says `NoFace` and has no score.

// %%
var pictures = args.Length > 0 ? args : ["../docs/pictures/astronaut.jpg", "../docs/pictures/rocket.jpg"];
var model = CDNetModel.LoadDefault();
var verdicts = model.Score(pictures).ToList();
foreach (var verdict in verdicts)
    Console.WriteLine($"{Path.GetFileName(verdict.Path)}, face {verdict.Face}: {verdict.Verdict}, probability of fake {verdict.Probability:P1}, score {verdict.Score:F2}, familiarity {verdict.Familiarity:P1}{(verdict.IsUnfamiliar ? ": unfamiliar!" : "")} {verdict.Error}");
var face = verdicts.First(verdict => verdict.Detection is not null);

// %% [markdown]
// A score above 0 means that the face lies nearer to the centre of the fakes than to that of the reals. The probability is that score after a calibration, and `Verdict` says on
// which side of the calibrated threshold it lies. The familiarity is the share of the faces that the model was calibrated on which lie as far from those that it was trained on: below 1 % the
// face is of a kind that the model does not know, and its verdict may be worth no more than a tossed coin.
//
// ## What the model looks at
//
// Not the photograph: five crops of it. The face, widened so that the edge between face and surroundings is inside, and both eyes, the nose and the mouth from near, where fakes leave traces that a
// small picture of the whole face would lose. They come from `CropFaceParts`, an ordinary ML.NET transform; left and right are the person's own.

// %%
var mlContext = new MLContext(seed: 1);
var paths = mlContext.Data.LoadFromEnumerable(new[] { new { Path = face.Path } });
var crops = mlContext.Transforms.LoadPictures("Image", "Path").Append(mlContext.Transforms.CropFaceParts("Image")).Fit(paths).Transform(paths);

// A crop is three planes of bytes: all of its red, all of its green, all of its blue.
SKBitmap FromPlanes(byte[] planes)
{
    var side = (int)Math.Sqrt(planes.Length / 3);
    var bitmap = new SKBitmap(side, side);
    for (var i = 0; i < side * side; i++)
        bitmap.SetPixel(i % side, i / side, new SKColor(planes[i], planes[side * side + i], planes[2 * side * side + i]));
    return bitmap;
}

string[] parts = ["Face", "RightEye", "LeftEye", "Nose", "Mouth"];
var five = parts.Select(part => FromPlanes(crops.GetColumn<byte[]>(part).First())).ToList();

// %%
// The photograph with its box and its points on the left, the crops on the right.
SKBitmap Sheet(SKBitmap photograph, FaceVerdict of, IReadOnlyList<SKBitmap> five)
{
    const int side = 299, gap = 8;
    var sheet = new SKBitmap(3 * side + 4 * gap, side + 2 * gap);
    using (var canvas = new SKCanvas(sheet))
    using (var smooth = new SKPaint { FilterQuality = SKFilterQuality.Medium })
    using (var line = new SKPaint { Style = SKPaintStyle.Stroke, Color = SKColors.Yellow, StrokeWidth = 3, IsAntialias = true })
    {
        canvas.Clear(SKColors.White);
        var scale = (float)side / Math.Max(photograph.Width, photograph.Height);
        canvas.Save();
        canvas.Translate(gap, gap);
        canvas.Scale(scale);
        canvas.DrawBitmap(photograph, 0, 0, smooth);
        line.StrokeWidth = 2 / scale;
        var (box, points) = (of.Detection!.Value.Box, of.Detection.Value.Keypoints);
        canvas.DrawRect(box.Left, box.Top, box.Width, box.Height, line);
        foreach (var point in new[] { points.RightEye, points.LeftEye, points.Nose, points.Mouth })
            canvas.DrawCircle(point.X, point.Y, 4 / scale, line);
        canvas.Restore();
        canvas.DrawBitmap(five[0], side + 2 * gap, gap);
        const int half = (side - gap) / 2;
        for (var i = 1; i < 5; i++)
        {
            var (x, y) = (2 * side + 3 * gap + (i - 1) % 2 * (half + gap), gap + (i - 1) / 2 * (half + gap));
            canvas.DrawBitmap(five[i], SKRect.Create(x, y, half, half), smooth);
        }
    }
    return sheet;
}

var photograph = SKBitmap.Decode(face.Path);
Show("crops", Png(Sheet(photograph, face, five)));

// %% [markdown]
// From left to right: the photograph with the detector's box and four of its points; the face crop (299 x 299); right eye and left eye, nose and mouth (64 x 64, enlarged here).
//
// ## Why this verdict
//
// `FaceExplainer` answers in two ways. By part: by how much the score falls when what the network took from a part is replaced by what it takes from the average face. By place: by how much the score falls when
// a place is covered. Both are in the unit of the score: above 0 speaks for fake, below 0 for real. They need not add up to the score, because the decision is not linear.

// %%
var explainer = new FaceExplainer(model);
var evidence = explainer.Explain(face.Path)[face.Face];
foreach (var part in evidence.Parts)
    Console.WriteLine($"{part.Part,-8} {part.Contribution,6:F2}   of what is seen {part.Spatial,6:F2}, of frequencies {part.Frequency,6:F2}");

// %%
byte[] Bars(IReadOnlyList<PartEvidence> of)
{
    var plot = new PlotModel { Title = "What each part adds to the score", Background = OxyColors.White };
    plot.Axes.Add(new CategoryAxis { Position = AxisPosition.Left, ItemsSource = of.Select(part => part.Part).ToList(), StartPosition = 1, EndPosition = 0 });
    plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "below 0 speaks for real, above 0 for fake", MajorGridlineStyle = LineStyle.Dot, ExtraGridlines = [0] });
    var bars = new BarSeries { FillColor = OxyColors.IndianRed, NegativeFillColor = OxyColors.SteelBlue };
    bars.Items.AddRange(of.Select(part => new BarItem(part.Contribution)));
    plot.Series.Add(bars);
    using (var stream = new MemoryStream())
    {
        new PngExporter { Width = 720, Height = 320, UseTextShaping = false }.Export(plot, stream);
        return stream.ToArray();
    }
}

Show("parts", Bars(evidence.Parts));

// %%
// The map of places over the face crop: red where the picture speaks for fake, blue where it speaks for real.
SKBitmap Overlay(SKBitmap crop, OcclusionMap map)
{
    var side = crop.Width;
    var overlay = new SKBitmap(2 * side + 8, side);
    var most = Math.Max(0.01f, map.Contributions.Max(Math.Abs));
    using (var canvas = new SKCanvas(overlay))
    using (var colours = new SKBitmap(map.Side, map.Side))
    using (var smooth = new SKPaint { FilterQuality = SKFilterQuality.Medium })
    {
        for (var i = 0; i < map.Contributions.Count; i++)
        {
            var share = map.Contributions[i] / most;
            colours.SetPixel(i % map.Side, i / map.Side, new SKColor(share > 0 ? (byte)220 : (byte)30, 60, share > 0 ? (byte)30 : (byte)220, (byte)(170 * Math.Abs(share))));
        }
        canvas.Clear(SKColors.White);
        canvas.DrawBitmap(crop, 0, 0);
        canvas.DrawBitmap(crop, side + 8, 0);
        canvas.DrawBitmap(colours, SKRect.Create(side + 8, 0, side, side), smooth);
    }
    return overlay;
}

Show("places", Png(Overlay(five[0], evidence.Occlusion)));

// %% [markdown]
// Red places speak for fake, blue ones for real; the strongest colour is the place that counts most in this face, however little that is.
//
// ## Where to go on
//
// - The next notebook, `02-train`, trains a model of its own on a handful of pictures.
// - `BatchScorer` scores many files at full speed; `HtmlReport.Write` makes a page for people out of what stands above.
// - What the model was trained on and what it is worth is in `docs/model-card.md`. Read it before you believe a verdict.

// %%
explainer.Dispose();
model.Dispose();
