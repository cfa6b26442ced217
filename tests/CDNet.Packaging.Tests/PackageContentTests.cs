using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace CDNet.Packaging.Tests;

[TestClass]
public sealed class PackageContentTests
{
    private static readonly string[] Libraries = ["CDNet.MLNet", "CDNet.MLNet.Torch", "CDNet.MLNet.Video"];

    [TestMethod]
    public void Every_package_says_what_it_is_and_under_which_licence()
    {
        foreach (var id in (string[])[.. Libraries, "cdnet", "cdnet.linux-x64"])
        {
            using var package = Open(id);
            var metadata = Nuspec(package);
            string Value(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value ?? "";
            Assert.AreEqual(id, Value("id"));
            Assert.AreEqual(Feed.Version, Value("version"));
            Assert.AreEqual("MIT", Value("license"));
            Assert.IsGreaterThan(40, Value("description").Length, id);
            StringAssert.Contains(Value("tags"), "deepfake", id);
            StringAssert.Contains(Read(package, "README.md"), $"# {id.Split(".linux")[0]}", id);
        }
    }

    [TestMethod]
    public void Libraries_come_with_documentation_symbols_and_build_targets_and_name_each_other_in_this_version()
    {
        foreach (var id in Libraries)
        {
            using var package = Open(id);
            StringAssert.Contains(Read(package, $"lib/net10.0/{id}.xml"), "<summary>", id);
            StringAssert.Contains(Read(package, $"buildTransitive/{id}.targets"), "<Project>", id);
            using var symbols = ZipFile.OpenRead(Path.Combine(Feed.Packages, $"{id}.{Feed.Version}.snupkg"));
            Assert.IsNotNull(symbols.GetEntry($"lib/net10.0/{id}.pdb"), id);
            var dependencies = Nuspec(package).Descendants().Where(element => element.Name.LocalName == "dependency").ToDictionary(element => (string)element.Attribute("id")!, element => (string)element.Attribute("version")!);
            Assert.IsFalse(dependencies.Keys.Any(name => name.Contains("PublicApiAnalyzers", StringComparison.Ordinal) || name.Contains("SourceLink", StringComparison.Ordinal)), id);
            if (id != "CDNet.MLNet")
                Assert.AreEqual(Feed.Version, dependencies["CDNet.MLNet"], id);
            else
                Assert.IsFalse(dependencies.Keys.Any(name => name.Contains("torch", StringComparison.OrdinalIgnoreCase) || name.Contains("OpenCv", StringComparison.OrdinalIgnoreCase)));
        }
    }

    [TestMethod]
    public void Assemblies_keep_the_version_that_saved_models_name_and_no_path_of_the_machine_that_built_them()
    {
        foreach (var id in Libraries)
        {
            using var package = Open(id);
            using var assembly = new MemoryStream();
            using (var entry = package.GetEntry($"lib/net10.0/{id}.dll")!.Open())
                entry.CopyTo(assembly);
            assembly.Position = 0;
            using var reader = new PEReader(assembly);
            Assert.AreEqual(new Version(1, 0, 0, 0), reader.GetMetadataReader().GetAssemblyDefinition().Version, id);
            Assert.IsTrue(reader.ReadDebugDirectory().Any(entry => entry.Type == DebugDirectoryEntryType.Reproducible), id);
            // A build for debugging keeps them, for the debugger.
            foreach (var entry in reader.ReadDebugDirectory().Where(entry => entry.Type == DebugDirectoryEntryType.CodeView && Feed.Configuration == "Release"))
                Assert.IsFalse(reader.ReadCodeViewDebugDirectoryData(entry).Path.StartsWith(Feed.Repository, StringComparison.Ordinal), id);
        }
    }

    [TestMethod]
    public void Packages_are_no_larger_than_they_are_said_to_be()
    {
        long Size(string id) => new FileInfo(Path.Combine(Feed.Packages, $"{id}.{Feed.Version}.nupkg")).Length;
        Assert.IsLessThanOrEqualTo(6_000_000, Size("CDNet.MLNet"), "both models are inside");
        Assert.IsLessThanOrEqualTo(500_000, Size("CDNet.MLNet.Torch"));
        Assert.IsLessThanOrEqualTo(500_000, Size("CDNet.MLNet.Video"));
        Assert.IsLessThanOrEqualTo(100_000, Size("cdnet"), "it names the packages of the systems");
        Assert.IsLessThanOrEqualTo(100_000_000, Size("cdnet.linux-x64"));
    }

    private static ZipArchive Open(string id) => ZipFile.OpenRead(Path.Combine(Feed.Packages, $"{id}.{Feed.Version}.nupkg"));

    private static XElement Nuspec(ZipArchive package)
    {
        using var stream = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(stream).Root!.Elements().Single();
    }

    private static string Read(ZipArchive package, string name)
    {
        using var reader = new StreamReader((package.GetEntry(name) ?? throw new InvalidDataException($"no {name}")).Open());
        return reader.ReadToEnd();
    }
}
