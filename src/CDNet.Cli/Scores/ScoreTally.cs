using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Scores;

/// <summary>Counts verdicts as they come, and keeps the first failures.</summary>
internal sealed class ScoreTally
{
    // So many are shown; all of them are in the file.
    private const int MostShown = 20;

    private readonly List<SkippedItem> _failures = [];

    public long Files { get; private set; }

    public long Fake { get; private set; }

    public long Real { get; private set; }

    public long NoFace { get; private set; }

    /// <summary>Faces, fake or real, that are unlike those that the model was calibrated on.</summary>
    public long Unfamiliar { get; private set; }

    public long Failed { get; private set; }

    /// <summary>The first failures.</summary>
    public IReadOnlyList<SkippedItem> Failures => _failures;

    /// <summary>Counts a file.</summary>
    public void Add(IReadOnlyList<FaceVerdict> verdicts)
    {
        Files++;
        foreach (var verdict in verdicts)
        {
            Fake += verdict.Verdict == Verdict.Fake ? 1 : 0;
            Real += verdict.Verdict == Verdict.Real ? 1 : 0;
            NoFace += verdict.Verdict == Verdict.NoFace ? 1 : 0;
            Unfamiliar += verdict.IsUnfamiliar ? 1 : 0;
            Failed += verdict.Error is null ? 0 : 1;
            if (verdict.Error is { } error && _failures.Count < MostShown)
                _failures.Add(new SkippedItem(verdict.Path, error));
        }
    }
}
