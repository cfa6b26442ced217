using System.Globalization;
using PuppeteerSharp;

namespace CDNet.Server.Tests.Browser;

/// <summary>The page of the server in a browser: pictures chosen, dropped and pasted, and what a person then reads.</summary>
[TestClass]
public sealed class ServePageTests
{
    private static readonly TempFolder Folder = new();
    private static ScoringServer _server = null!;

    [ClassInitialize]
    public static async Task Start(TestContext _) => _server = await Serving.StartAsync(new ServeOptions { MaxUploadBytes = 1 << 20, MaxPixels = 1_000_000 });

    [ClassCleanup]
    public static async Task Stop()
    {
        await _server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod]
    public async Task Chosen_picture_is_shown_with_its_face_the_verdict_in_words_and_what_drove_it()
    {
        await using var chromium = await OpenAsync();
        using var client = Serving.Client(_server);
        using var body = Serving.Body(await File.ReadAllBytesAsync(Serving.Face));
        var row = (await Serving.RowsAsync(client.PostAsync("/api/score?evidence=true", body))).Single();

        await ChooseAsync(chromium, Serving.Face);
        await chromium.Page.WaitForSelectorAsync(".result .verdict");

        var said = await chromium.TextAsync(".result .said");
        StringAssert.Contains(said, row.GetProperty("verdict").GetString());
        StringAssert.Contains(said, row.GetProperty("words").GetString());
        StringAssert.Contains(said, string.Create(CultureInfo.InvariantCulture, $"robability of fake {Math.Round(100 * row.GetProperty("probability").GetDouble())} %"));
        StringAssert.Contains(await chromium.TextAsync("main"), "A score is evidence, not proof");
        var parts = row.GetProperty("evidence").GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("name").GetString()).ToArray();
        CollectionAssert.AreEqual(parts, await chromium.Page.EvaluateFunctionAsync<string[]>("() => [...document.querySelectorAll('.result tbody th')].map(cell => cell.textContent)"));
        Assert.IsGreaterThan(80, await chromium.Page.EvaluateFunctionAsync<double>("() => Math.max(...[...document.querySelectorAll('.result .bar div')].map(bar => bar.getBoundingClientRect().width))"), "the longest bar, in pixels");
        // The box lies over the picture as the browser shows it: the same share of its width.
        var (left, shown) = (row.GetProperty("left").GetDouble() / 512, await chromium.Page.EvaluateFunctionAsync<double>("""
            () => {
                const image = document.querySelector(".result img").getBoundingClientRect();
                return (document.querySelector(".result rect.box").getBoundingClientRect().left - image.left) / image.width;
            }
            """));
        Assert.AreEqual(left, shown, 0.01);
        StringAssert.Contains(await chromium.TextAsync("#said"), "astronaut.jpg", "what a screen reader says");
        await chromium.PhotographAsync("serve-page");
        await chromium.Page.EmulateMediaFeaturesAsync([new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = "dark" }]);
        await chromium.PhotographAsync("serve-page-dark");
        await chromium.Page.SetViewportAsync(new ViewPortOptions { Width = 390, Height = 800 });
        Assert.IsLessThanOrEqualTo(390, await chromium.Page.EvaluateFunctionAsync<int>("() => document.documentElement.scrollWidth"), "a telephone must not scroll sideways");
        await chromium.PhotographAsync("serve-page-narrow");
        AssertQuiet(chromium);
    }

    [TestMethod]
    public async Task What_cannot_be_scored_is_said_in_words_and_removed_by_its_button()
    {
        await using var chromium = await OpenAsync();
        var text = Folder.File("note.jpg");
        await File.WriteAllTextAsync(text, "Dear Sir,");
        var large = Folder.File("large.jpg");
        await File.WriteAllBytesAsync(large, new byte[2 << 20]);

        await ChooseAsync(chromium, Serving.NoFace, text, large);
        await chromium.Page.WaitForFunctionAsync("() => document.querySelectorAll('.result .face, .result .error').length === 3");

        var all = await chromium.TextAsync("#results");
        StringAssert.Contains(all, "No face was found, so nothing is said.");
        StringAssert.Contains(all, "note.jpg: no picture in a known format (JPEG, PNG, WebP, GIF, BMP).");
        StringAssert.Contains(all, "The picture has 2.0 MB; at most 1 MB are taken.");
        await chromium.PhotographAsync("serve-page-errors");
        await chromium.Page.ClickAsync(".remove");
        Assert.AreEqual(2, await chromium.Page.EvaluateFunctionAsync<int>("() => document.querySelectorAll('.result').length"));
        // A browser's console names each answer that is no success; nothing else may be amiss.
        Assert.IsTrue(chromium.Complaints.All(complaint => complaint.Contains("status of 422", StringComparison.Ordinal)), string.Join('\n', chromium.Complaints));
    }

    [TestMethod]
    [DataRow("drop", "DragEvent", "dataTransfer")]
    [DataRow("paste", "ClipboardEvent", "clipboardData")]
    public async Task Dropped_and_pasted_pictures_are_scored(string kind, string type, string holder)
    {
        await using var chromium = await OpenAsync();

        await chromium.Page.EvaluateFunctionAsync(
            """
            (base64, kind, type, holder) => {
                const data = new DataTransfer();
                data.items.add(new File([Uint8Array.from(atob(base64), c => c.charCodeAt(0))], "given.jpg", { type: "image/jpeg" }));
                document.querySelector("#drop").dispatchEvent(new window[type](kind, { [holder]: data, bubbles: true, cancelable: true }));
            }
            """,
            Convert.ToBase64String(await File.ReadAllBytesAsync(Serving.Face)), kind, type, holder);
        await chromium.Page.WaitForSelectorAsync(".result .verdict");

        Assert.AreEqual("given.jpg", await chromium.TextAsync(".result h2"));
        AssertQuiet(chromium);
    }

    [TestMethod]
    public async Task Name_of_a_picture_does_not_become_a_part_of_the_page()
    {
        await using var chromium = await OpenAsync();
        var hostile = Folder.File("<img src=x onerror=alert(1)>.jpg");
        File.Copy(Serving.NoFace, hostile);

        await ChooseAsync(chromium, hostile);
        await chromium.Page.WaitForSelectorAsync(".result .verdict");

        Assert.AreEqual(Path.GetFileName(hostile), await chromium.TextAsync(".result h2"));
        Assert.AreEqual(1, await chromium.Page.EvaluateFunctionAsync<int>("() => document.images.length"));
        AssertQuiet(chromium);
    }

    [TestMethod]
    public async Task Page_can_be_used_by_keyboard()
    {
        await using var chromium = await OpenAsync();

        await chromium.Page.Keyboard.PressAsync("Tab");

        Assert.AreEqual("file", await chromium.Page.EvaluateFunctionAsync<string>("() => document.activeElement.id"));
        Assert.AreEqual("Choose pictures", await chromium.Page.EvaluateFunctionAsync<string>("() => document.activeElement.labels[0].textContent"));
        Assert.AreNotEqual("none", await chromium.Page.EvaluateFunctionAsync<string>("() => getComputedStyle(document.querySelector('.button')).outlineStyle"), "who uses no mouse must see where he is");
    }

    private static async Task<Chromium> OpenAsync()
    {
        var chromium = await Chromium.StartAsync();
        await chromium.Page.GoToAsync(_server.Address.ToString());
        return chromium;
    }

    private static async Task ChooseAsync(Chromium chromium, params string[] files)
    {
        var input = await chromium.Page.QuerySelectorAsync("#file");
        await input.UploadFileAsync(files);
    }

    private static void AssertQuiet(Chromium chromium)
    {
        Assert.IsEmpty(chromium.Complaints, string.Join('\n', chromium.Complaints));
        foreach (var request in chromium.Requests)
            StringAssert.StartsWith(request, _server.Address.ToString());
    }
}
