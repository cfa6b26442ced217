using System.CommandLine.Parsing;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CDNet.Cli.Commands;
using CDNet.MLNet.Calibration;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Decision;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Frequency;
using CDNet.MLNet.Torch;

namespace CDNet.Cli.Tests.Documentation;

/// <summary>What the pages say is there: links lead somewhere, commands are understood, options are those of the code.</summary>
[TestClass]
public sealed partial class DocumentationTests
{
    private static readonly string[] Pages =
    [
        .. Directory.GetFiles(ChildProcess.Repository, "*.md"),
        .. new[] { "docs", "data-manifests", "samples", "notebooks" }.Select(folder => Path.Combine(ChildProcess.Repository, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*.md", SearchOption.AllDirectories)),
    ];

    public static IEnumerable<string> Names => Pages.Select(page => Path.GetRelativePath(ChildProcess.Repository, page));

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Links_lead_to_files_that_are_there(string page)
    {
        var (file, text) = Read(page);

        string[] broken = [.. Link().Matches(text).Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#'))
            .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, target.Split('#')[0])))];

        Assert.IsEmpty(broken, string.Join(", ", broken));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Commands_are_understood(string page)
    {
        var root = CommandLine.Create();
        foreach (var command in Commands(Read(page).Text))
        {
            var parsed = root.Parse([.. CommandLineParser.SplitCommandLine(command)]);
            Assert.IsEmpty(parsed.Errors, $"cdnet {command}: {string.Join(" ", parsed.Errors.Select(error => error.Message))}");
        }
    }

    [TestMethod]
    public void There_are_commands_to_check() => Assert.IsGreaterThan(30, Pages.Sum(page => Commands(File.ReadAllText(page)).Count()));

    [TestMethod]
    [DataRow(typeof(FacePartCropOptions), "face-part-cropper")]
    [DataRow(typeof(DctAmplitudeOptions), "dct-amplitude-featurizer")]
    [DataRow(typeof(SamFeatureOptions), "sam-feature-estimator")]
    [DataRow(typeof(ClusterDecisionOptions), "cluster-decision-trainer")]
    [DataRow(typeof(FullyConnectedDecisionOptions), "fully-connected-decision-trainer")]
    [DataRow(typeof(ScoreCalibrationOptions), "score-calibrator")]
    [DataRow(typeof(CDNetOptions), "cdnet-trainer")]
    public void Options_of_a_page_are_those_of_the_code_in_its_words(Type options, string page)
    {
        var text = Read($"docs/reference/{page}.md").Text;
        var documented = XDocument.Load(Path.ChangeExtension(options.Assembly.Location, ".xml")).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

        string[] expected = [.. options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)
            .Select(property => $"| `{property.Name}` | {Flat(documented[$"P:{options.FullName}.{property.Name}"].Element("summary")!)} |")];

        string[] found = [.. text.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        CollectionAssert.AreEquivalent(expected, found, $"the table should be\n{string.Join('\n', expected)}");
    }

    private static (string File, string Text) Read(string page)
    {
        var file = Path.Combine(ChildProcess.Repository, page);
        return (file, File.ReadAllText(file));
    }

    /// <summary>What stands behind cdnet in the blocks of commands; indented lines go on with the command before them.</summary>
    private static IEnumerable<string> Commands(string text)
        => from block in Block().Matches(text)
           where block.Groups[1].Value is "" or "bash" or "sh"
           from command in Regex.Replace(block.Groups[2].Value, @"\s*\\?\n[ \t]+", " ").Split('\n')
           let match = Invocation().Match(command)
           where match.Success
           select Regex.Replace(match.Groups[1].Value, @"(^|\s)(#|\||<|>|;|&&).*", "").Replace('\'', '"');

    /// <summary>A summary as one line, names in code.</summary>
    private static string Flat(XElement summary)
    {
        var text = string.Concat(summary.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "see" or "paramref" } name
                => $"`{Regex.Replace((name.Attribute("cref") ?? name.Attribute("name") ?? name.Attribute("langword"))!.Value, "^.:", "").Split('(')[0].Split('.')[^1]}`",
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement other => Flat(other),
            XText plain => plain.Value,
            _ => "",
        }));
        return Regex.Replace(text, @"\s+", " ").Trim();
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```(\w*)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\s*(?:cdnet|dotnet run -c Release(?: --project src/CDNet\.Cli)? --) (.*)$")]
    private static partial Regex Invocation();
}
