using CDNet.MLNet.Reports;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.Cli.Output;

/// <summary>Gathers files for a page, and explains the most suspicious ones.</summary>
/// <param name="path">The page.</param>
/// <param name="details">Files that are explained.</param>
/// <param name="model">The model that scores.</param>
/// <param name="options">How videos are read.</param>
internal sealed class ReportPage(string path, int details, CDNetModel model, ScoringOptions options)
{
    private readonly List<ReportItem> _items = [];

    public void Add(IReadOnlyList<FaceVerdict> verdicts, VideoVerdict? video) => _items.Add(new ReportItem(verdicts[0].Path, verdicts, video));

    /// <summary>Writes the page, the most suspicious files first, those without a score last.</summary>
    public void Write(CancellationToken cancellation)
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
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        HtmlReport.Write(path, model, items);
    }
}
