namespace CDNet.TestSupport;

/// <summary>Photographs and detector files that tests use where they are at hand; without them such a test reports itself as inconclusive.</summary>
public static class SharedData
{
    /// <summary>The folder in <c>CDNET_DATA</c>, or <c>shared/data</c> beside the checkout.</summary>
    public static string? Root { get; } = Find();

    public static string Require(string relative)
    {
        if (Root is null)
            Assert.Inconclusive("no photographs: set CDNET_DATA to the data folder, or put it at ../shared/data beside the checkout");
        var path = Path.Combine(Root!, relative);
        if (!File.Exists(path) && !Directory.Exists(path))
            Assert.Inconclusive($"the data folder has no {relative}");
        return path;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CDNET_DATA") is { Length: > 0 } named)
            return Directory.Exists(named) ? named : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
            {
                var data = Path.Combine(folder.FullName, "..", "shared", "data");
                return Directory.Exists(data) ? Path.GetFullPath(data) : null;
            }
        }
        return null;
    }
}
