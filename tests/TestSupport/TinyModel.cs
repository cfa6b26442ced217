using CDNet.MLNet.Faces;
using CDNet.MLNet.Frequency;
using Microsoft.ML;

namespace CDNet.TestSupport;

/// <summary>A model zip of a few kilobytes that scores drawn pictures by the amplitudes of one small crop.</summary>
public static class TinyModel
{
    /// <summary>Trains it on drawn pictures and saves it as <c>mlContext.Model.Save</c> does, without checksums.</summary>
    /// <param name="path">The zip to write.</param>
    /// <param name="folder">A folder for the pictures.</param>
    public static string Write(string path, string folder)
    {
        var context = new MLContext(1);
        var data = context.Data.LoadFromEnumerable(TestPictures.WriteLabeledSet(folder, 8).Select((item, i) => new Row { Path = item.Path, Label = i % 2 == 1 }));
        using var model = context.Transforms.LoadPictures()
            .Append(context.Transforms.CropFaceParts(options: new FacePartCropOptions { Detector = MarkerDetector.Create() }))
            .Append(context.Transforms.DctAmplitude(new DctAmplitudeOptions { Columns = [new InputOutputColumnPair("Features", "Nose")] }))
            .Append(context.BinaryClassification.Trainers.ClusterDecision())
            .Fit(data);
        context.Model.Save(model, data.Schema, path);
        return path;
    }

    private sealed class Row
    {
        public string Path { get; set; } = "";

        public bool Label { get; set; }
    }
}
