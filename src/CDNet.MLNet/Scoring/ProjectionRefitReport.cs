namespace CDNet.MLNet.Scoring;

/// <summary>What came of fitting a projection anew.</summary>
/// <param name="Reals">Real training faces.</param>
/// <param name="Fakes">Fake training faces.</param>
/// <param name="Validated">Validation faces.</param>
/// <param name="AucBefore">Area under the ROC curve of the model as it was, on the validation faces; NaN without.</param>
/// <param name="AucByShrinkage">The same with each shrinkage; NaN without validation faces.</param>
/// <param name="Shrinkage">The shrinkage that was taken.</param>
public sealed record ProjectionRefitReport(
    long Reals, long Fakes, int Validated, double AucBefore, IReadOnlyList<(double Shrinkage, double Auc)> AucByShrinkage, double Shrinkage)
{
    /// <summary>Faces in each of the sets from elsewhere (<see cref="ProjectionRefitOptions.RealElsewhere"/>).</summary>
    public IReadOnlyList<long> Elsewhere { get; init; } = [];
}
