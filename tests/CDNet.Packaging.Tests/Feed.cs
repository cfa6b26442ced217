using System.Xml.Linq;
using CDNet.MLNet.Scoring;

namespace CDNet.Packaging.Tests;

/// <summary>The packages, packed once for all tests by the command that the documentation names, and a folder outside the repository that takes them from there.</summary>
[TestClass]
public static class Feed
{
    private static readonly TempFolder Temporary = new();

    /// <summary>The repository.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Release or Debug, as the tests were built.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;

    /// <summary>Folder of the packages.</summary>
    public static string Packages { get; } = Path.Combine(Temporary.Path, "feed");

    /// <summary>A folder outside the repository whose nuget.config has the feed beside the sources of the user.</summary>
    public static string Work { get; } = Path.Combine(Temporary.Path, "work");

    /// <summary>The release's version with a last number of its own, so that no cache has a package of that name.</summary>
    public static string Version { get; } = $"{ReleaseVersion().Major}.{ReleaseVersion().Minor}.{10_000 + DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 10 % 50_000}";

    /// <summary>Environment that keeps what commands leave in the temporary folder.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        // Packages that are here already serve as they are; new ones, those under test, go with the folder.
        ["NUGET_PACKAGES"] = Path.Combine(Temporary.Path, "packages"),
        // Where dotnet keeps the builds of single files.
        ["XDG_DATA_HOME"] = Path.Combine(Temporary.Path, "data"),
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
    };

    /// <summary>A photograph of a face.</summary>
    public static string Portrait { get; } = Path.Combine(Repository, "docs", "pictures", "astronaut.jpg");

    /// <summary>A photograph without a face.</summary>
    public static string Rocket { get; } = Path.Combine(Repository, "docs", "pictures", "rocket.jpg");

    /// <summary>What the repository's build says of the portrait with the model that comes with the library.</summary>
    public static FaceVerdict Expected { get; } = ScorePortrait();

    [AssemblyInitialize]
    public static void Pack(TestContext _)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("packed by a script for Linux");
        Directory.CreateDirectory(Work);
        Shell.Do(Repository, "bash", "pack.sh", Packages, "--version", Version, "--configuration", Configuration, "--no-build");

        var users = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        new XDocument(new XElement(
            "configuration",
            new XElement("packageSources", Add("feed", Packages)),
            new XElement("fallbackPackageFolders", Directory.Exists(users) ? Add("user", users) : null))).Save(Path.Combine(Work, "nuget.config"));

        static XElement Add(string key, string value) => new("add", new XAttribute("key", key), new XAttribute("value", value));
    }

    [AssemblyCleanup]
    public static void RemoveFolder() => Temporary.Dispose();

    /// <summary>A new folder there.</summary>
    public static string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(Work, name)).FullName;

    private static Version ReleaseVersion()
        => System.Version.Parse(XDocument.Load(Path.Combine(Repository, "Directory.Build.props")).Descendants("Version").Single().Value.Split('-')[0]);

    private static FaceVerdict ScorePortrait()
    {
        using var model = CDNetModel.LoadDefault();
        return model.Score([Portrait]).Single();
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
