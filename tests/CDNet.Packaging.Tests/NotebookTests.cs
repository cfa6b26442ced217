using System.Text.RegularExpressions;
using System.Xml.Linq;
using CDNet.Notebooks.Cells;
using SkiaSharp;

namespace CDNet.Packaging.Tests;

/// <summary>The notebooks and the programs that they are made from: they agree, run against the packed packages outside of the repository, and show pictures.</summary>
/// <remarks>
/// What runs their cells is an application with all packages: where it trains and reads clips, the build targets in the packages have made libtorch and OpenCV load on this system.
/// </remarks>
[TestClass]
public sealed class NotebookTests
{
    private static readonly string Notebooks = Path.Combine(Feed.Repository, "notebooks");
    private static readonly string Samples = Path.Combine(Feed.Repository, "samples");
    private static string _folder = "";

    public static IEnumerable<string> Names => CellProgram.Programs.Keys;

    [ClassInitialize]
    public static void Build(TestContext _)
    {
        _folder = Feed.NewFolder("with-notebooks");
        Copy("notebooks", "*.ipynb", SearchOption.TopDirectoryOnly);
        Copy("notebooks/runner", "*.cs*", SearchOption.AllDirectories);
        Copy("samples", "*.cs", SearchOption.TopDirectoryOnly);
        Copy("samples/faces", "*", SearchOption.AllDirectories);
        Copy("docs/pictures", "*.jpg", SearchOption.TopDirectoryOnly);
        // Ten of the 26 sources, so that the cells take seconds: they are to run here, not to learn.
        var list = Path.Combine(_folder, "samples", "faces", "faces.csv");
        File.WriteAllLines(list, File.ReadAllLines(list).Where(line => !Regex.IsMatch(line, "source-(0[6-9]|1[0-9]|2[4-9])")));
        Shell.Do(Path.Combine(_folder, "notebooks", "runner"), "dotnet", "build", $"-p:CDNetVersion={Feed.Version}");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Every_cell_of_the_notebook_runs(string notebook) => Runner("run", "--short", notebook);

    [TestMethod]
    public void Cell_that_throws_fails_and_is_named()
    {
        var notebooks = Path.Combine(_folder, "notebooks");
        Notebook.Write(
            Path.Combine(notebooks, "broken.ipynb"),
            [(new Cell(false, "Text"), []), (new Cell(true, "var two = 2;"), []), (new Cell(true, "throw new InvalidOperationException($\"on purpose {two}\");"), [])]);

        var (code, _, errors) = Shell.Run(notebooks, "dotnet", Assembly, "run", "broken.ipynb");

        Assert.AreEqual(1, code);
        StringAssert.Contains(errors, "broken.ipynb, cell 3: ");
        StringAssert.Contains(errors, "on purpose 2");
    }

    [TestMethod]
    public void Programs_compile() => Runner("compile", [.. Directory.GetFiles(Path.Combine(_folder, "samples"), "*.cs")]);

    [TestMethod]
    public void Program_of_a_notebook_runs_and_leaves_its_pictures()
    {
        var samples = Path.Combine(_folder, "samples");

        var output = Shell.Do(samples, "dotnet", "run", "quickstart.cs");

        StringAssert.Contains(output, $"astronaut.jpg, face 0: {Feed.Expected.Verdict}, probability of fake {Feed.Expected.Probability:P1}");
        StringAssert.Contains(output, "rocket.jpg, face 0: NoFace");
        Assert.HasCount(3, Directory.GetFiles(Path.Combine(samples, "shown"), "*.png"));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Notebook_has_the_cells_of_its_program(string notebook)
    {
        var expected = CellProgram.Read(File.ReadAllText(Path.Combine(Samples, CellProgram.Programs[notebook])));

        var found = Notebook.Read(Path.Combine(Notebooks, notebook)).Select(entry => entry.Cell).ToArray();

        foreach (var ((cell, other), i) in expected.Zip(found).Select((pair, i) => (pair, i)))
            Assert.AreEqual(cell, other, $"cell {i + 1}: write the notebook again as notebooks/README.md says");
        Assert.HasCount(expected.Count, found);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Notebook_keeps_pictures_and_nothing_of_the_machine_that_ran_it(string notebook)
    {
        var outputs = Notebook.Read(Path.Combine(Notebooks, notebook)).SelectMany(entry => entry.Outputs).ToArray();

        var pictures = outputs.Where(output => output.MimeType == "image/png").ToArray();
        Assert.IsGreaterThanOrEqualTo(2, pictures.Length);
        foreach (var picture in pictures)
        {
            using var bitmap = SKBitmap.Decode(Convert.FromBase64String(picture.Data));
            Assert.IsNotNull(bitmap, "no PNG");
            Assert.IsGreaterThan(200, bitmap.Width);
            Assert.IsGreaterThan(50, bitmap.Pixels.Distinct().Count(), "blank");
        }
        var text = string.Concat(outputs.Where(output => output.MimeType == CellOutput.Printed).Select(output => output.Data));
        Assert.IsGreaterThan(50, text.Length);
        Assert.DoesNotMatchRegex(new Regex(@"(^|\s)/\w+/"), text);
    }

    [TestMethod]
    public void Packages_that_programs_and_runner_name_have_the_versions_of_the_repository()
    {
        var central = XDocument.Load(Path.Combine(Feed.Repository, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(element => element.Attribute("Include")!.Value, element => element.Attribute("Version")!.Value);
        var runner = XDocument.Load(Path.Combine(Notebooks, "runner", "NotebookRunner.csproj")).Descendants("PackageReference")
            .ToDictionary(element => element.Attribute("Include")!.Value, element => element.Attribute("Version")!.Value);

        foreach (var notebook in Names)
        {
            foreach (var line in CellProgram.Read(File.ReadAllText(Path.Combine(Samples, CellProgram.Programs[notebook]))).First(cell => cell.IsCode).Source.Split('\n'))
            {
                var (id, version) = (Regex.Match(line, "nuget: ([^,]+), ([^\"]+)") is { Success: true } match) ? (match.Groups[1].Value, match.Groups[2].Value) : (line, "");
                Assert.IsTrue(runner.ContainsKey(id), $"{notebook}: the runner has no {id}");
                if (!id.StartsWith("CDNet", StringComparison.Ordinal))
                    Assert.AreEqual(central[id], version, id);
            }
        }
        foreach (var (id, version) in runner.Where(package => central.ContainsKey(package.Key)))
            Assert.AreEqual(central[id], version, id);
    }

    private static string Assembly => Path.Combine("runner", "bin", "Debug", "net10.0", "NotebookRunner.dll");

    private static void Runner(string command, params string[] arguments) => Shell.Do(Path.Combine(_folder, "notebooks"), "dotnet", [Assembly, command, .. arguments]);

    private static void Copy(string folder, string pattern, SearchOption depth)
    {
        var source = Path.Combine(Feed.Repository, folder);
        foreach (var file in Directory.EnumerateFiles(source, pattern, depth))
        {
            var relative = Path.GetRelativePath(source, file);
            if (relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
                continue;
            var target = Path.Combine(_folder, folder, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
