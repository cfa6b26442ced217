using PuppeteerSharp;

namespace CDNet.Server.Tests.Browser;

/// <summary>A browser without a window, for one test: pages, what they asked for, and what they complained of.</summary>
/// <remarks>The program is that of the environment variable <c>CHROMIUM</c>, else /usr/bin/chromium; without one such a test reports itself as inconclusive.</remarks>
internal sealed class Chromium : IAsyncDisposable
{
    // Far more than it takes; machines that build and test are busy.
    private const int MostMilliseconds = 120_000;

    // What it does beside showing the page: ask its maker for updates, lists and the like.
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    ];

    private readonly TempFolder _profile;
    private readonly IBrowser _browser;
    private readonly List<string> _complaints = [];
    private readonly List<string> _requests = [];

    private Chromium(TempFolder profile, IBrowser browser, IPage page) => (_profile, _browser, Page) = (profile, browser, page);

    public IPage Page { get; }

    /// <summary>Errors and warnings of the page's console, and dialogs, which a script that should not run may open.</summary>
    public IReadOnlyList<string> Complaints => Copy(_complaints);

    /// <summary>What the page asked for, pictures that it holds itself left out.</summary>
    public IReadOnlyList<string> Requests => Copy(_requests);

    public static async Task<Chromium> StartAsync()
    {
        var program = Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named ? named : "/usr/bin/chromium";
        if (!File.Exists(program))
            Assert.Inconclusive($"no browser: {program} is not there; install Debian's package chromium, or name a Chromium in the environment variable CHROMIUM");
        var profile = new TempFolder();
        try
        {
            var browser = await Puppeteer.LaunchAsync(new LaunchOptions
            {
                ExecutablePath = program, Args = Flags, UserDataDir = profile.File("profile"), Headless = true, Timeout = MostMilliseconds, DefaultViewport = new ViewPortOptions { Width = 1100, Height = 900 },
            });
            var chromium = new Chromium(profile, browser, await browser.NewPageAsync());
            chromium.Page.DefaultTimeout = MostMilliseconds;
            chromium.Listen();
            return chromium;
        }
        catch
        {
            profile.Dispose();
            throw;
        }
    }

    /// <summary>Photographs the page, for people to look at, into the folder screenshots beside the tests.</summary>
    public async Task PhotographAsync(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots"));
        await Page.ScreenshotAsync(Path.Combine(folder.FullName, name + ".jpg"), new ScreenshotOptions { FullPage = true, Quality = 85 });
    }

    public Task<string> TextAsync(string selector) => Page.EvaluateFunctionAsync<string>("selector => document.querySelector(selector).innerText", selector);

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        await _browser.DisposeAsync();
        // The browser's last processes may still write.
        for (var i = 0; ; i++)
        {
            try
            {
                _profile.Dispose();
                return;
            }
            catch (IOException) when (i < 50)
            {
                await Task.Delay(100);
            }
        }
    }

    private void Listen()
    {
        Page.Console += (_, e) => Add(_complaints, e.Message.Type is ConsoleType.Error or ConsoleType.Warning ? $"console: {e.Message.Text}" : null);
        Page.PageError += (_, e) => Add(_complaints, $"page: {e.Message}");
        Page.Dialog += async (_, e) =>
        {
            Add(_complaints, $"dialog: {e.Dialog.Message}");
            await e.Dialog.Dismiss();
        };
        Page.Request += (_, e) => Add(_requests, e.Request.Url.StartsWith("data:", StringComparison.Ordinal) || e.Request.Url.StartsWith("blob:", StringComparison.Ordinal) ? null : e.Request.Url);
    }

    private static void Add(List<string> list, string? text)
    {
        if (text is null)
            return;
        lock (list)
            list.Add(text);
    }

    private static string[] Copy(List<string> list)
    {
        lock (list)
            return [.. list];
    }
}
