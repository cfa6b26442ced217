using System.Xml.Linq;

namespace CDNet.MLNet.Video.Tests;

/// <summary>OpenCV's native library: what the build does to it on systems without GTK, and what is said where it is missing.</summary>
[TestClass]
public sealed class NativeLibraryTests
{
    private const string Package = "OpenCvSharp4.official.runtime.linux-x64";

    private static readonly string[] Gtk = ["libgtk-3.so.0", "libgdk-3.so.0"];

    [TestMethod]
    public void The_output_needs_nothing_that_the_system_lacks_and_the_package_is_as_it_was()
    {
        RequireLinux();
        var (output, package) = (OutputLibrary(), PackageLibrary());

        Assert.IsTrue(Gtk.All(name => NeededBy(package).Contains(name)));
        foreach (var name in NeededBy(package).Except(NeededBy(output)))
            Assert.IsFalse(SystemHas(name), $"{name} is there and was dropped");
        foreach (var name in NeededBy(output))
            Assert.IsTrue(SystemHas(name), $"{name} is needed and missing");

        // Nothing but the list of needs changes.
        var (built, original) = (File.ReadAllBytes(output), File.ReadAllBytes(package));
        Assert.HasCount(original.Length, built);
        var changed = Enumerable.Range(0, built.Length).Where(i => built[i] != original[i]).ToArray();
        Assert.IsTrue(changed.Length == 0 || changed[^1] - changed[0] < 16 * 64, $"{changed.Length} bytes changed");
    }

    [TestMethod]
    public void A_library_for_a_bare_system_reads_videos()
    {
        RequireLinux();
        using var folder = new TempFolder();
        // Built for a system that has none of those libraries, in a project of its own.
        var root = RepositoryRoot();
        File.WriteAllText(folder.File("bare.csproj"), $"""
            <Project>
              <Import Project="{root}/src/CDNet.MLNet/buildTransitive/CDNet.MLNet.targets" />
              <PropertyGroup><OutDir>{folder.Path}/</OutDir><CDNetAdaptOpenCv>true</CDNetAdaptOpenCv></PropertyGroup>
              <Import Project="{root}/src/CDNet.MLNet.Video/buildTransitive/CDNet.MLNet.Video.targets" />
              <Target Name="CopyFilesToOutputDirectory">
                <Copy SourceFiles="{PackageLibrary()}" DestinationFolder="$(OutDir)runtimes/linux-x64/native" UseHardlinksIfPossible="true" />
              </Target>
            </Project>
            """);
        var (code, log, errors) = ChildProcess.Run("msbuild", [folder.File("bare.csproj"), "-t:CopyFilesToOutputDirectory", "-nologo"]);
        Assert.AreEqual(0, code, log + errors);
        var library = Path.Combine(folder.Path, "runtimes", "linux-x64", "native", "libOpenCvSharpExtern.so");
        Assert.IsFalse(NeededBy(library).Any(name => name.Contains("gtk") || name.Contains("glib") || name.Contains("cairo") || name.Contains("X11")));
        Assert.IsTrue(NeededBy(PackageLibrary()).Contains("libgtk-3.so.0"));

        // This program once more, in a process of its own, with that library in place of the other.
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories))
        {
            var copy = folder.File(Path.GetRelativePath(AppContext.BaseDirectory, file));
            if (!File.Exists(copy) && !file.Contains("TestResults", StringComparison.Ordinal))
                File.Copy(file, copy);
        }
        (code, log, errors) = ChildProcess.Run(
            folder.File("CDNet.MLNet.Video.Tests.dll"), ["--filter", $"Name={nameof(VideoReaderTests.Variable_frame_rate_gives_each_frame_its_own_time)}"]);
        Assert.AreEqual(0, code, log + errors);
        Assert.MatchesRegex("succeeded: [1-9]", log);
    }

    [TestMethod]
    public void A_missing_library_is_named_with_what_to_add()
    {
        var message = Assert.ThrowsExactly<DllNotFoundException>(() => OpenCvLibrary.Load("NoSuchLibrary")).Message;

        Assert.Contains("OpenCV's native library (NoSuchLibrary) could not be loaded", message);
        Assert.Contains("Add the package OpenCvSharp4.", message);
    }

    [TestMethod]
    public void Missing_gtk_is_named_with_what_to_do()
    {
        RequireLinux();
        if (Gtk.All(SystemHas))
            Assert.Inconclusive("this system has GTK");

        var message = Assert.ThrowsExactly<DllNotFoundException>(() => OpenCvLibrary.Load(PackageLibrary())).Message;
        Assert.Contains("CDNetAdaptOpenCv=true", message);
        Assert.Contains("apt-get install libgtk-3-0", message);
    }

    private static void RequireLinux()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("done on Linux only");
    }

    private static string OutputLibrary()
        => Directory.EnumerateFiles(AppContext.BaseDirectory, "libOpenCvSharpExtern.so", SearchOption.AllDirectories).First();

    private static string PackageLibrary()
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var version = XDocument.Load(Path.Combine(RepositoryRoot(), "Directory.Packages.props")).Descendants("PackageVersion")
            .Single(element => (string?)element.Attribute("Include") == Package).Attribute("Version")!.Value;
        return Path.Combine(packages, Package.ToLowerInvariant(), version, "runtimes", "linux-x64", "native", "libOpenCvSharpExtern.so");
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
            folder = folder.Parent!;
        return folder.FullName;
    }

    /// <summary>Whether the loader finds a library.</summary>
    private static bool SystemHas(string name)
    {
        string[] folders = ["/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib", "/lib"];
        return folders.Any(folder => File.Exists(Path.Combine(folder, name)));
    }

    /// <summary>The libraries that an ELF file asks for, read from its program headers, as the loader does.</summary>
    private static List<string> NeededBy(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var (start, count) = ((int)BitConverter.ToInt64(bytes, 32), BitConverter.ToUInt16(bytes, 56));
        var headers = Enumerable.Range(0, count).Select(i => start + 56 * i).ToArray();
        var dynamic = (int)BitConverter.ToInt64(bytes, headers.Single(header => BitConverter.ToInt32(bytes, header) == 2) + 8);
        var (needs, texts) = (new List<long>(), 0L);
        for (var entry = dynamic; BitConverter.ToInt64(bytes, entry) is var tag and not 0; entry += 16)
        {
            var value = BitConverter.ToInt64(bytes, entry + 8);
            if (tag == 1)
                needs.Add(value);
            else if (tag == 5)
                texts = value;
        }
        // Addresses are those in memory; the segment that is loaded there says where they stand in the file.
        var loaded = headers.Single(header => BitConverter.ToInt32(bytes, header) == 1
            && texts >= BitConverter.ToInt64(bytes, header + 16) && texts < BitConverter.ToInt64(bytes, header + 16) + BitConverter.ToInt64(bytes, header + 32));
        var at = texts - BitConverter.ToInt64(bytes, loaded + 16) + BitConverter.ToInt64(bytes, loaded + 8);
        return [.. needs.Select(need => TextAt(bytes, (int)(at + need)))];
    }

    private static string TextAt(byte[] bytes, int start)
        => System.Text.Encoding.ASCII.GetString(bytes, start, Array.IndexOf(bytes, (byte)0, start) - start);
}
