using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Calibration;

/// <summary>Makes the probability of a decision one that can be taken at its word, and its verdict one of a chosen strictness.</summary>
/// <remarks>
/// Estimator characteristics: needs data to fit, which the model before it was not trained on, unless a calibration is given; machine learning task: binary
/// classification; input <c>Score</c> and, to fit, a Boolean label; output <c>Probability</c> and <c>PredictedLabel</c> anew. The score stays as it is. Rows whose score is NaN (no face)
/// are left out of the fit and get the probability NaN and the predicted label false.
/// </remarks>
public sealed class ScoreCalibrator : IEstimator<ScoreCalibrationTransformer>
{
    private readonly ScoreCalibrationOptions _options;

    /// <summary>Creates the estimator; <c>mlContext.BinaryClassification.Calibrators.ScoreCalibration</c> does this.</summary>
    /// <param name="options">Label column, false alarms; the defaults where null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public ScoreCalibrator(ScoreCalibrationOptions? options = null)
    {
        _options = options ?? new ScoreCalibrationOptions();
        _options.Validate();
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">A column is missing or has another type.</exception>
    /// <exception cref="InvalidOperationException">A class has fewer than 10 rows with a score and a label.</exception>
    public ScoreCalibrationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var score = input.Schema.Require(FaceColumns.Score, nameof(ScoreCalibrator));
        if (score.Type != NumberDataViewType.Single)
            throw new ArgumentException($"The column {score.Name} is {score.Type}; {nameof(ScoreCalibrator)} needs a float.", nameof(input));
        return Create(input, _options.Calibration ?? Fit(input, score));
    }

    /// <inheritdoc />
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.Require(FaceColumns.Score, nameof(ScoreCalibrator));
        return inputSchema.With(SchemaShapes.Verdict());
    }

    private static ScoreCalibrationTransformer Create(IDataView input, ScoreCalibration calibration)
    {
        var chain = new StageChain(input)
            .Map<CalibrationRowMapping.Source, CalibrationRowMapping.Target>(CalibrationRowMapping.Map, CalibrationRowMapping.Contract)
            .Onnx(CalibrationGraph.Build(calibration), [CalibrationColumns.Row], [CalibrationColumns.Numbers])
            .Map<CalibrationMapping.Source, CalibrationMapping.Target>(CalibrationMapping.Map, CalibrationMapping.Contract)
            .Drop(CalibrationColumns.Row, CalibrationColumns.Numbers);
        return new ScoreCalibrationTransformer(chain.Build(), calibration);
    }

    private ScoreCalibration Fit(IDataView input, DataViewSchema.Column score)
    {
        var label = input.Schema.Require(_options.LabelColumnName, nameof(ScoreCalibrator));
        var (scores, labels) = (new List<float>(), new List<bool>());
        using var cursor = input.GetRowCursor([score, label]);
        var (getScore, getLabel) = (cursor.GetGetter<float>(score), LabelReader.For(cursor, label));
        var value = 0f;
        while (cursor.MoveNext())
        {
            getScore(ref value);
            if (float.IsNaN(value) || getLabel() is not { } isFake)
                continue;
            scores.Add(value);
            labels.Add(isFake);
        }
        return ScoreCalibration.Fit(scores, labels, _options.MaxFalseAlarms);
    }
}

/// <summary>What <see cref="ScoreCalibrator"/> fits to.</summary>
public sealed class ScoreCalibrationTransformer : WrappedTransformer
{
    internal ScoreCalibrationTransformer(ITransformer inner, ScoreCalibration calibration)
        : base(inner) => Calibration = calibration;

    /// <summary>Slope, offset and threshold.</summary>
    public ScoreCalibration Calibration { get; }
}
