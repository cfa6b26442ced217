using CDNet.Cli.Scores;
using CDNet.MLNet.Reports;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.Cli.Output;

/// <summary>Gathers files and explains the most suspicious ones, once, for the page and for JSON: both show the same numbers.</summary>
/// <param name="page">The page to write, in a folder that is there, or null.</param>
/// <param name="details">Files that are explained.</param>
/// <param name="model">The model that scores.</param>
/// <param name="options">How videos are read.</param>
internal sealed class ExplainedFiles(string? page, int details, CDNetModel model, ScoringOptions options)
{
    private readonly List<ReportItem> _items = [];

    public void Add(IReadOnlyList<FaceVerdict> verdicts, VideoVerdict? video) => _items.Add(new ReportItem(verdicts[0].Path, verdicts, video));

    /// <summary>Explains, and writes the page: the most suspicious files first, those without a score last.</summary>
    /// <returns>The evidence for the faces of pictures, in that order.</returns>
    public IReadOnlyList<FaceEvidence> Write(CancellationToken cancellation)
    {
        var items = _items.OrderByDescending(item => float.IsNaN(item.Score) ? float.MinValue : item.Score).ToArray();
        using var progress = new CountDisplay("Explaining", Math.Min(details, items.Length));
        using (var explainer = new FaceExplainer(model))
        {
            for (var i = 0; i < Math.Min(details, items.Length); i++)
            {
                cancellation.ThrowIfCancellationRequested();
                items[i] = items[i].WithEvidence(explainer, options.Videos, options.Frames, cancellation);
                progress.Report(i + 1);
            }
        }
        if (page is not null)
            HtmlReport.Write(page, model, items);
        return [.. items.SelectMany(item => item.Evidence)];
    }

    /// <summary>Writes evidence beside a score file, an object a line.</summary>
    public static void WriteLines(string scores, IReadOnlyList<FaceEvidence> evidence)
        => Terminal.JsonLines(Path.ChangeExtension(scores, ".evidence.jsonl"), evidence.Select(EvidenceRow.Of));
}
