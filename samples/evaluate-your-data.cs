#!/usr/bin/env -S dotnet run --file
#:package CDNet.MLNet@0.1.*
#:package CDNet.MLNet.Video@0.1.*
#:package OpenCvSharp4.official.runtime.linux-x64@4.13.0.20260627
#:package OxyPlot.SkiaSharp@2.2.0
#:property PublishAot=false
// Measures a model on pictures or videos whose truth is known: AUC by frame and by video, the ROC curve, and a threshold for a share of false alarms.
//
//   dotnet run evaluate-your-data.cs [FOLDER_OR_CSV [MODEL.zip]]
//
// Pictures are written to the folder shown/. notebooks/04-evaluate-your-data.ipynb is made from this file: lines that begin with // %% are where its cells begin.
// %% [markdown]
// # Evaluate a model on your data
//
// Before a threshold is set and verdicts are believed, a model is measured on pictures like those it will see. This takes a folder with `real/` and `fake/` in it (or `train/`, `val/`, `test/` with those inside), or a CSV with `path,label` and optionally
// `split,source_video,video`. Files may be pictures or videos.
//
// Without one it takes the test pictures in `samples/faces`: one person, fakes made by one small program that the model has never seen. So the figures below show the steps; they are no statement about the model, whose figures are in `docs/results.md`.

// %%
using System.IO;
using CDNet.MLNet.Data;
using CDNet.MLNet.Evaluation;
using CDNet.MLNet.Metrics;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Video;
using OpenCvSharp;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using OxyPlot.SkiaSharp;

#if NOTEBOOK
string[] args = [];   // a folder or CSV of your own, and a model of your own

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
// ## Score
//
// `BatchScorer` reads, finds faces and runs the network side by side. Of a video it looks at some frames, spread evenly. A file that cannot be read, or has no face, has no score and is counted apart.

// %%
var videos = new VideoFrameSource();
var model = args.Length > 1 ? CDNetModel.Load(args[1]) : CDNetModel.LoadDefault();
var scorer = new BatchScorer(model, new BatchScoringOptions { Scoring = new ScoringOptions { Videos = videos, Frames = 8 } });

// The verdict on the most confident face of each picture or frame.
async Task<List<(LabeledPicture Picture, FaceVerdict Verdict)>> Score(IReadOnlyList<LabeledPicture> pictures)
{
    var byPath = pictures.ToDictionary(picture => picture.Path);
    var results = new List<(LabeledPicture, FaceVerdict)>();
    await foreach (var verdict in scorer.ScoreAsync(byPath.Keys))
    {
        if (verdict.Face == 0)
            results.Add((byPath[verdict.Path], verdict));
    }
    return results;
}

void Print(string name, EvaluationReport report)
{
    Console.WriteLine($"{name}: {report.Scored} of {report.Rows} scored, {report.NoFace} without a face, {report.Failed} failed, {report.Videos} videos");
    Console.WriteLine($"  frame AUC {report.FrameAuc:F3}, video AUC {report.VideoAuc:F3}, equal error rate {report.Eer:P1}, average precision {report.AveragePrecision:F3}, accuracy {report.Accuracy:P1}");
}

var set = PictureSet.Open(args.Length > 0 ? args[0] : "../samples/faces/faces.csv", null, videos.Extensions);
var test = await Score(set.SplitNames.Contains("test") ? set.InSplit("test") : set.Pictures);
Print("test", EvaluationReport.Of(test));

// %% [markdown]
// **Frame or video?** The frame AUC takes each picture for itself; papers name it most often. The video AUC first averages the scores of a video's frames, so a single odd frame counts less. Name which one you give: they differ, and only equals can be compared.
//
// AUC asks for an order, not for a threshold: it is the share of all pairs of a fake and a real in which the fake has the higher score. **Accuracy** asks the model's own threshold, and is the figure that suffers first on data of another kind.
//
// ## The scores themselves

// %%
var scored = test.Where(row => !float.IsNaN(row.Verdict.Score)).ToList();
var scores = scored.Select(row => row.Verdict.Score).ToArray();
var labels = scored.Select(row => row.Picture.IsFake).ToArray();

PlotModel Histogram()
{
    const int bins = 16;
    var least = (double)scores.Min();
    var width = Math.Max(1e-6, (scores.Max() - least) / bins);
    var plot = new PlotModel { Title = "Scores of the test pictures" };
    plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "score (above 0: nearer to the centre of the fakes)" });
    plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "pictures", Minimum = 0, MajorGridlineStyle = LineStyle.Dot, MaximumPadding = 0.08 });
    foreach (var (name, isFake, colour) in new[] { ("real", false, OxyColors.SteelBlue), ("fake", true, OxyColors.IndianRed) })
    {
        var bars = new RectangleBarSeries { Title = name, FillColor = OxyColor.FromAColor(150, colour), StrokeColor = colour, StrokeThickness = 1 };
        for (var bin = 0; bin < bins; bin++)
        {
            var count = scores.Where((score, row) => labels[row] == isFake && Math.Clamp((int)((score - least) / width), 0, bins - 1) == bin).Count();
            if (count > 0)
                bars.Items.Add(new RectangleBarItem(least + bin * width, 0, least + (bin + 1) * width, count));
        }
        plot.Series.Add(bars);
    }
    var most = plot.Series.Cast<RectangleBarSeries>().SelectMany(series => series.Items).Max(bar => bar.Y1);
    var mark = new LineSeries { Title = "the model's threshold", Color = OxyColors.Black, LineStyle = LineStyle.Dash };
    mark.Points.AddRange([new DataPoint(model.Threshold, 0), new DataPoint(model.Threshold, most)]);
    plot.Series.Add(mark);
    plot.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.RightTop });
    return plot;
}

Show("scores", Png(Histogram(), 820, 400));

// %% [markdown]
// ## A threshold
//
// How many real pictures may be called fake by mistake is a decision of yours, not of the model. Say a share; the threshold that keeps to it comes from data that is *not* the test set, or the figure would flatter itself. Here it comes from the other pictures of the
// set where there are some.

// %%
var others = await Score(set.Pictures.Where(picture => picture.Split == "val" || picture.Split == "train").ToList());
var chosenOn = others.Any(row => row.Picture.IsFake) ? others.Where(row => !float.IsNaN(row.Verdict.Score)).ToList() : scored;
const double falseAlarms = 0.10;
var threshold = RankingMetrics.ThresholdForFalseAlarms(chosenOn.Select(row => row.Verdict.Score).ToArray(), chosenOn.Select(row => row.Picture.IsFake).ToArray(), falseAlarms);
var (alarms, hits) = RankingMetrics.CalledFake(scores, labels, threshold);
Console.WriteLine($"at most {falseAlarms:P0} false alarms asked for: threshold {threshold:F2}; on the test pictures {alarms:P1} false alarms, {hits:P1} of the fakes found");
var (modelAlarms, modelHits) = RankingMetrics.CalledFake(scores, labels, model.Threshold);
Console.WriteLine($"the model's own threshold {model.Threshold:F2}: {modelAlarms:P1} false alarms, {modelHits:P1} of the fakes found");

// %%
PlotModel Roc()
{
    var plot = new PlotModel { Title = $"ROC curve, {scores.Length} pictures, AUC {RankingMetrics.Auc(scores, labels):F3}", PlotType = PlotType.Cartesian };
    plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "share of the reals called fake (false alarms)", Minimum = 0, Maximum = 1, MajorStep = 0.2, MajorGridlineStyle = LineStyle.Dot });
    plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "share of the fakes called fake", Minimum = 0, Maximum = 1, MajorStep = 0.2, MajorGridlineStyle = LineStyle.Dot });
    var curve = new LineSeries { Title = "ROC curve", Color = OxyColors.SteelBlue };
    curve.Points.AddRange(RankingMetrics.RocCurve(scores, labels).Select(point => new DataPoint(point.FalseAlarms, point.Hits)));
    plot.Series.Add(curve);
    plot.Annotations.Add(new LineAnnotation { Slope = 1, Intercept = 0, Color = OxyColors.Gray });
    foreach (var (name, x, y, colour) in new[] { ($"at most {falseAlarms:P0} false alarms", alarms, hits, OxyColors.DarkOrange), ("the model's own", modelAlarms, modelHits, OxyColors.Black) })
    {
        var mark = new ScatterSeries { Title = name, MarkerType = MarkerType.Circle, MarkerSize = 6, MarkerFill = colour };
        mark.Points.Add(new ScatterPoint(x, y));
        plot.Series.Add(mark);
    }
    plot.Legends.Add(new Legend { LegendPosition = LegendPosition.BottomRight });
    return plot;
}

Show("roc", Png(Roc(), 560, 560));

// %% [markdown]
// A threshold is kept in a model by `ScoreCalibrator`, or on the command line by `cdnet calibrate --max-false-alarms`.
//
// ## Videos
//
// Videos are scored by the same call; `VideoFrameSource` takes frames out of them. To have some, this makes clips of two frames from the test pictures in `samples/faces`. Compression of a clip takes traces away, so its figure need not be that of the pictures.

// %%
var folder = Directory.CreateTempSubdirectory("cdnet-");
foreach (var clip in PictureSet.Open("../samples/faces/faces.csv").InSplit("test").GroupBy(picture => (picture.Video, picture.IsFake)).Take(8))
{
    var of = Directory.CreateDirectory(Path.Combine(folder.FullName, clip.Key.IsFake ? "fake" : "real"));
    using (var first = Cv2.ImRead(clip.First().Path))
    using (var writer = new VideoWriter(Path.Combine(of.FullName, clip.Key.Video + ".avi"), VideoCaptureAPIs.FFMPEG, FourCC.MJPG, 25, first.Size()))
    {
        foreach (var frame in clip)
        {
            using (var picture = Cv2.ImRead(frame.Path))
                writer.Write(picture);
        }
    }
}

// %%
var clips = await Score(PictureSet.Open(folder.FullName, null, videos.Extensions).Pictures);
Print("clips", EvaluationReport.Of(clips));
foreach (var clip in clips.GroupBy(row => row.Picture.Path))
{
    var video = VideoVerdict.Of(model, clip.Select(row => row.Verdict));
    Console.WriteLine($"{Path.GetRelativePath(folder.FullName, clip.Key)}: {video.Verdict}, probability {video.Probability:P1}, {video.FramesWithFace} of {video.Frames} frames with a face");
}

// %% [markdown]
// A video's verdict is that of its most suspicious face through its frames, because a swapped face may stand beside real ones. That is another figure than the video AUC, which averages the most confident faces of all frames, as published figures do.
//
// On the command line the same is `cdnet evaluate --data FOLDER`, with `--charts` for the curves.

// %%
folder.Delete(recursive: true);
scorer.Dispose();
model.Dispose();
