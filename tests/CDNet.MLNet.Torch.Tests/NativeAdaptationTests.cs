using System.Text;

namespace CDNet.MLNet.Torch.Tests;

/// <summary>What the build does to TorchSharp's native library on systems with an older C++ runtime. That it loads, all other tests here show.</summary>
[TestClass]
public sealed class NativeAdaptationTests
{
    private const string Version = "GLIBCXX_3.4.32";

    [TestMethod]
    public void One_flag_is_changed_in_the_output_where_the_system_needs_it_and_nothing_in_the_package()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("done on Linux only");
        var output = Directory.EnumerateFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories).First();
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var package = Directory.EnumerateFiles(Path.Combine(packages, "torchsharp"), "libLibTorchSharp.so", SearchOption.AllDirectories)
            .Single(path => path.Contains("linux-x64", StringComparison.Ordinal) && path.Contains("0.107.0", StringComparison.Ordinal));
        var (built, original) = (File.ReadAllBytes(output), File.ReadAllBytes(package));

        Assert.HasCount(original.Length, built);
        var changed = Enumerable.Range(0, built.Length).Where(i => built[i] != original[i]).ToArray();

        if (SystemHasVersion())
        {
            Assert.IsEmpty(changed);
            return;
        }
        // The flag "weak" of the one need of this version.
        Assert.HasCount(1, changed);
        Assert.AreEqual(original[changed[0]] | 2, built[changed[0]]);
        Assert.AreEqual(0, original[changed[0]] & 2);
    }

    private static bool SystemHasVersion()
    {
        string[] folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib"];
        var runtime = folders.Select(folder => Path.Combine(folder, "libstdc++.so.6")).First(File.Exists);
        return Encoding.Latin1.GetString(File.ReadAllBytes(runtime)).Contains(Version + "\0", StringComparison.Ordinal);
    }
}
