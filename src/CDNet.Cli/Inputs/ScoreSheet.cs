using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Inputs;

/// <summary>Scores, probabilities, distances and truths of the pictures that have a score, kept while verdicts pass by.</summary>
internal sealed class ScoreSheet
{
    /// <summary>Scores, none of them NaN.</summary>
    public List<float> Scores { get; } = [];

    /// <summary>Probabilities of fake.</summary>
    public List<float> Probabilities { get; } = [];

    /// <summary>How far the faces lie from those that the model was trained on; NaN where the model does not know.</summary>
    public List<float> Distances { get; } = [];

    /// <summary>True for fake.</summary>
    public List<bool> Labels { get; } = [];

    /// <summary>Hands verdicts on and notes them.</summary>
    public IEnumerable<(LabeledPicture Picture, FaceVerdict Verdict)> Note(IEnumerable<(LabeledPicture Picture, FaceVerdict Verdict)> verdicts)
    {
        foreach (var (picture, verdict) in verdicts)
        {
            if (!float.IsNaN(verdict.Score))
            {
                Scores.Add(verdict.Score);
                Probabilities.Add(verdict.Probability);
                Distances.Add(verdict.Distance);
                Labels.Add(picture.IsFake);
            }
            yield return (picture, verdict);
        }
    }

    /// <summary>The sheet of verdicts that nothing else looks at.</summary>
    public static ScoreSheet Of(IEnumerable<(LabeledPicture Picture, FaceVerdict Verdict)> verdicts)
    {
        var sheet = new ScoreSheet();
        foreach (var _ in sheet.Note(verdicts))
        {
            // Noting is all.
        }
        return sheet;
    }
}
