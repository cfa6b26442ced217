using CDNet.MLNet.Reports;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.Server.Tests.Browser;

/// <summary>The page that <c>cdnet score --report</c> writes, in a browser.</summary>
[TestClass]
public sealed class ReportPageTests
{
    private const int ProbabilityColumn = 2;

    private static readonly TempFolder Folder = new();

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public async Task Table_is_sorted_by_clicks_and_hostile_names_stay_text()
    {
        var hostile = Folder.File("<img src=x onerror=alert(1)>.jpg");
        var half = Folder.File("half.png");
        File.Copy(Serving.Face, hostile);
        using (var smaller = SkiaSharp.SKBitmap.Decode(Serving.Face).Resize(new SkiaSharp.SKImageInfo(300, 300), SkiaSharp.SKFilterQuality.High))
            TestPictures.Save(smaller, half);
        var files = new[] { Serving.NoFace, hostile, half };
        var report = Folder.File("report.html");
        using (var scorer = new BatchScorer(Serving.Model))
        using (var explainer = new FaceExplainer(Serving.Model))
        {
            var items = (await scorer.ScoreAsync(files).ToListAsync()).GroupBy(verdict => verdict.Path).Select(file => new ReportItem(file.Key, [.. file]).WithEvidence(explainer));
            HtmlReport.Write(report, Serving.Model, [.. items]);
        }
        await using var chromium = await Chromium.StartAsync();
        var address = new Uri(report).AbsoluteUri;

        await chromium.Page.GoToAsync(address);
        var names = await ColumnAsync(chromium, 0);
        await chromium.PhotographAsync("report");
        await ClickAsync(chromium, ProbabilityColumn);
        var falling = await ColumnAsync(chromium, ProbabilityColumn);
        Assert.AreEqual("descending", await SortAsync(chromium, ProbabilityColumn));
        await ClickAsync(chromium, ProbabilityColumn);
        var rising = await ColumnAsync(chromium, ProbabilityColumn);
        Assert.AreEqual("ascending", await SortAsync(chromium, ProbabilityColumn));
        await chromium.Page.FocusAsync("#files th");
        await chromium.Page.Keyboard.PressAsync("Enter");
        var byName = await ColumnAsync(chromium, 0);

        CollectionAssert.AreEquivalent(files, names);
        double[] numbers = [.. falling.Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];
        CollectionAssert.AreEqual(numbers.OrderDescending().ToArray(), numbers);
        CollectionAssert.AreEqual(falling.Reverse().ToArray(), rising);
        Assert.AreNotEqual(falling[0], falling[1], "two faces of different scores");
        CollectionAssert.AreEqual(byName.OrderDescending(StringComparer.InvariantCultureIgnoreCase).ToArray(), byName);
        Assert.IsNull(await SortAsync(chromium, ProbabilityColumn), "the mark moved on");
        Assert.AreEqual(0, await chromium.Page.EvaluateFunctionAsync<int>("() => document.querySelectorAll('img').length"), "a name became an element");
        Assert.IsEmpty(chromium.Complaints, string.Join('\n', chromium.Complaints));
        CollectionAssert.AreEqual(new[] { address }, chromium.Requests.ToArray(), "the page needs nothing but itself");
    }

    private static Task ClickAsync(Chromium chromium, int column) => chromium.Page.ClickAsync($"#files th:nth-child({column + 1})");

    private static Task<string[]> ColumnAsync(Chromium chromium, int column)
        => chromium.Page.EvaluateFunctionAsync<string[]>("column => [...document.querySelectorAll('#files tbody tr')].map(row => row.cells[column].dataset.value)", column);

    private static Task<string?> SortAsync(Chromium chromium, int column) => chromium.Page.EvaluateFunctionAsync<string?>("column => document.querySelectorAll('#files th')[column].ariaSort", column);
}
