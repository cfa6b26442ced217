using System.Security.Cryptography;
using System.Text;
using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Reports;

/// <summary>A page that a person can judge by: one file that needs no network, no server and no rights.</summary>
/// <remarks>All that comes from outside is escaped, and the page forbids its browser to run any script but its own and to fetch anything.</remarks>
public static class HtmlReport
{
    /// <summary>Writes the page.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="model">The model that scored.</param>
    /// <param name="items">The files, those with evidence first; <see cref="ReportItem.WithEvidence"/> adds it.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, CDNetModel model, IReadOnlyList<ReportItem> items)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(items);
        WholeFile.Write(path, partial => File.WriteAllText(partial, Page(model, items).Text));
    }

    private static Html Page(CDNetModel model, IReadOnlyList<ReportItem> items)
    {
        var (style, script) = (Resource("report.css"), Resource("report.js"));
        var policy = $"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";
        return Html.Of($"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1"><title>Real or fake: {items.Count} {(items.Count == 1 ? "file" : "files")}</title>
            <style>{new Html(style)}</style></head><body>
            <h1>Real or fake?</h1>
            {Summary(items)}
            <p class="caveat">{Words.Caveat}</p>
            {(items.Count > 1 ? Table(items) : default)}
            {Html.Join(items.Select(Section))}
            <footer>Model {model.Name}, SHA-256 {model.Sha256}; called fake above score {model.Threshold:F3}. Made by CDNet.MLNet {typeof(HtmlReport).Assembly.GetName().Version}.</footer>
            <script>{new Html(script)}</script></body></html>
            """);
    }

    private static Html Summary(IReadOnlyList<ReportItem> items)
    {
        int Count(Verdict? verdict) => items.Count(item => item.Verdict == verdict);
        return items.Count == 1
            ? default
            : Html.Of($"<p>{items.Count} files: {Count(Verdict.Fake)} called fake, {Count(Verdict.Real)} real, {Count(Verdict.NoFace)} without a face, {Count(null)} failed.</p>");
    }

    private static Html Table(IReadOnlyList<ReportItem> items)
    {
        var rows = items.Select((item, i) => Html.Of($"""
            <tr><td data-value="{item.Path}">{(HasSection(item) ? Html.Of($"""<a href="#item{i}">{item.Path}</a>""") : Html.Of($"{item.Path}"))}</td><td data-value="{Words.Of(item.Verdict, item.IsUnfamiliar)}">{Words.Badge(item.Verdict, item.IsUnfamiliar)}</td>
            <td data-value="{Sortable(item.Probability)}">{(float.IsNaN(item.Probability) ? "" : $"{item.Probability:P0}")}</td><td data-value="{Sortable(item.Score)}">{(float.IsNaN(item.Score) ? "" : item.Score.ToString("F2", System.Globalization.CultureInfo.InvariantCulture))}</td>
            <td data-value="{Faces(item)}">{Faces(item)}</td><td data-value="{item.Error}">{item.Error}</td></tr>
            """));
        return Html.Of($"""
            <table id="files"><thead><tr><th>File</th><th>Verdict</th><th class="number">Probability of fake</th><th class="number">Score</th><th class="number">Faces</th><th>Failure</th></tr></thead><tbody>
            {Html.Join(rows)}</tbody></table>
            """);
    }

    private static Html Section(ReportItem item, int index)
    {
        if (!HasSection(item))
            return default;
        var id = $"picture{index}";
        var picture = item.Picture is { } image
            ? Html.Of($"""
                <svg class="picture" viewBox="0 0 {image.Width} {image.Height}" style="max-width:{image.Width}px" role="img" aria-label="the picture with its faces"><defs><image id="{id}" width="{image.Width}" height="{image.Height}" href="{new Html(image.DataUri)}"/></defs>
                <use href="#{id}"/>{Html.Join(item.Evidence.Select(FaceSection.Boxes))}</svg>
                """)
            : default;
        return Html.Of($"""
            <section id="item{index}"><h2>{Path.GetFileName(item.Path)} {Words.Badge(item.Verdict, item.IsUnfamiliar)}</h2><p class="path">{item.Path}</p>
            {(item.Error is { } error ? Html.Of($"""<p class="error">{error}</p>""") : default)}
            {(item.Verdict == Verdict.NoFace ? Html.Of($"<p>No face was found, so nothing is said.</p>") : default)}
            {picture}{(item.Video is not null ? VideoSection.Of(item) : default)}{Html.Join(item.Evidence.Select(face => FaceSection.Of(face, id)))}
            </section>
            """);
    }

    private static bool HasSection(ReportItem item) => item.Picture is not null || item.Thumbnails.Count > 0 || item.Video is not null || item.Verdict is null or Verdict.NoFace;

    private static int Faces(ReportItem item) => item.Video?.Tracks.Count ?? item.Verdicts.Count(verdict => verdict.Detection is not null);

    // What has no number comes last.
    private static float Sortable(float value) => float.IsNaN(value) ? float.MinValue : value;

    private static string Resource(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The assembly lacks its resource {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
