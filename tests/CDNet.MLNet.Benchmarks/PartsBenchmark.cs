using System.Diagnostics;
using System.Globalization;
using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Frequency;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Scoring;
using Microsoft.ML.OnnxRuntime;

namespace CDNet.MLNet.Benchmarks;

/// <summary>What each step from a photograph to its verdict costs on one core.</summary>
internal static class PartsBenchmark
{
    /// <summary>Prints a Markdown table of medians.</summary>
    /// <param name="folder">Pictures of faces, of which photographs are made.</param>
    /// <param name="times">How often each step is measured.</param>
    public static int Run(string folder, int times)
    {
        var temporary = Directory.CreateTempSubdirectory("cdnet-parts-");
        try
        {
            using var model = CDNetModel.LoadDefault();
            var (path, faces) = FirstWithFace(model, Photographs.Write(PictureSet.FilesBelow(folder).Take(20), temporary.FullName));
            using var picture = PictureReader.Read(path);
            var crops = FaceCrops.Cut(PixelView.Of(picture), faces[0], model.CropOptions);
            Console.WriteLine($"One core, a photograph of {picture.Width}x{picture.Height} with one face, medians of {times}");
            Console.WriteLine();
            Console.WriteLine("| step | ms |");
            Console.WriteLine("|---|---|");
            Report("JPEG file to pixels", times, () => PictureReader.Read(path).Dispose());
            Report($"finding its face in {TilePlan.For(picture.Width, picture.Height, model.CropOptions.TileSide, model.CropOptions.MaxTiles).Count} windows", times, () => model.Detector.Detect(PixelView.Of(picture), model.CropOptions));
            Report("the detector's network on a window of 128x128", 10 * times, model.Detector.TimeWindow(10 * times));
            Report("cutting out the face and its parts", times, () => FaceCrops.Cut(PixelView.Of(picture), faces[0], model.CropOptions));
            Amplitudes(crops, times);
            using var scorer = model.CreateScorer(threads: 1);
            foreach (var batch in new[] { 1, 2, 8 })
            {
                FaceCrops[] all = [.. Enumerable.Repeat(crops, batch)];
                Report($"from crops to a score, a face of a batch of {batch}", times, () => scorer.Score(all), batch);
            }
            return 0;
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static (string Path, IReadOnlyList<DetectedFace> Faces) FirstWithFace(CDNetModel model, IEnumerable<string> photographs)
    {
        foreach (var path in photographs)
        {
            using var picture = PictureReader.Read(path);
            if (model.Detector.Detect(PixelView.Of(picture), model.CropOptions) is { Count: 1 } faces)
                return (path, faces);
        }
        throw new InvalidDataException("In none of the first 20 pictures is one face found; name a folder of pictures of faces.");
    }

    private static void Amplitudes(FaceCrops crops, int times)
    {
        DctAmplitudeGraph.Image Image(string column)
        {
            var side = column == FaceColumns.Face ? FacePartCropOptions.FaceSide : FacePartCropOptions.PartSide;
            return new DctAmplitudeGraph.Image(column, column + "Amplitudes", side, side);
        }
        DctAmplitudeGraph.Image[] images = [.. FaceColumns.Crops.Select(Image)];
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        using var session = new InferenceSession(DctAmplitudeGraph.Build(images, new DctAmplitudeOptions()), options);
        using var run = new RunOptions();
        OrtValue[] values = [.. images.Select(image => OrtValue.CreateTensorValueFromMemory(crops.Of(image.Input), [3, image.Height, image.Width]))];
        string[] inputs = [.. images.Select(image => image.Input)], outputs = [.. images.Select(image => image.Output)];
        Report("DCT amplitudes of the five crops", 10 * times, () => session.Run(run, inputs, values, outputs).Dispose());
        foreach (var value in values)
            value.Dispose();
    }

    private static void Report(string step, int times, Action action, int count = 1)
    {
        action();
        var milliseconds = new double[times];
        for (var i = 0; i < times; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds / count;
        }
        Report(step, times, Statistics.Median(milliseconds));
    }

    private static void Report(string step, int times, double milliseconds)
        => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {step} ({times} times) | {milliseconds:F2} |"));
}
