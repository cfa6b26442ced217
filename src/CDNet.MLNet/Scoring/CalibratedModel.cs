using CDNet.MLNet.Calibration;
using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Scoring;

/// <summary>Gives a saved model a calibration.</summary>
public static class CalibratedModel
{
    /// <summary>Copies a model zip with a calibration behind its decision; one that it has already no longer counts.</summary>
    /// <param name="source">The model zip.</param>
    /// <param name="calibration">The calibration.</param>
    /// <param name="target">The zip to write; it may be the same file.</param>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="source"/>.</exception>
    /// <exception cref="InvalidDataException">It is no model, or a damaged one.</exception>
    public static void Write(string source, ScoreCalibration calibration, string target)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        // Says in plain words what is wrong with a file that is no model.
        using (CDNetModel.Load(source))
        {
        }
        var context = new MLContext { TempFilePath = ProcessTempFolder.Path };
        var model = context.Model.Load(source, out var schema);
        using var disposed = model as IDisposable;
        var scores = context.Data.LoadFromEnumerable(Array.Empty<ScoreRow>());
        using var stage = new ScoreCalibrator(new ScoreCalibrationOptions { Calibration = calibration }).Fit(scores);
        // Under another name first: a full disk must not cost the model that is there.
        var partial = target + ".partial";
        context.Model.Save(new TransformerChain<ITransformer>(model, stage), schema, partial);
        File.Move(partial, target, overwrite: true);
    }

    private sealed class ScoreRow
    {
        public float Score { get; set; }
    }
}
