using CDNet.MLNet.Data;
using CDNet.MLNet.Data.Manifests;

namespace CDNet.MLNet.Tests.Data.Manifests;

/// <summary>Manifests that are wrong are refused with the file and the property; data that contradicts itself is left out.</summary>
[TestClass]
public sealed class DataManifestTests
{
    private const string Rule = """{"name": "a", "pattern": "a/(?<id>\\d+)\\.mp4", "label": "real"}""";
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow("""{"name": "a", "pattern": "x", "label": "real", "colour": 1}""", "colour")]
    [DataRow("""{"name": "a", "pattern": "x", "label": "real", "label": "fake"}""", "label")]
    [DataRow("""{"name": "a", "label": "real"}""", "pattern")]
    [DataRow("""{"name": "a", "pattern": "(x", "label": "real"}""", "rules[0].pattern")]
    [DataRow("""{"name": "a", "pattern": "x"}""", "neither label nor table")]
    [DataRow("""{"name": "a", "pattern": "x", "label": "true"}""", "rules[0].label")]
    [DataRow("""{"name": "a", "pattern": "x", "label": "${class}"}""", "${class}")]
    [DataRow("""{"name": "a", "pattern": "(?<id>x)", "label": "real", "source": "${id"}""", "rules[0].source")]
    [DataRow("""{"name": "a", "pattern": "(?<path>x)", "label": "real"}""", "the group path")]
    [DataRow("""{"name": "a", "pattern": "x", "label": "real", "keys": ["${path}"]}""", "no splits")]
    [DataRow("""{"name": "a", "pattern": "x", "label": "real", "count": -1}""", "below 0")]
    [DataRow("""{"name": "a", "pattern": "x", "table": {"file": "t.txt", "key": "${file}", "labelColumn": "l", "real": ["r"], "fake": ["f"]}}""", "table.file")]
    [DataRow("""{"name": "a", "pattern": "x", "table": {"file": "t.csv", "key": "${file}", "labelColumn": "l", "real": ["r"], "fake": ["f"]}}""", "keyColumn")]
    [DataRow("""{"name": "a", "pattern": "x", "table": {"file": "t.json", "key": "${file}", "labelColumn": "l", "real": ["1"], "fake": ["1"]}}""", "'1' is given twice")]
    public void Wrong_rule_is_refused_by_file_and_property(string rule, string word)
    {
        var path = Write(rule);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => DataManifest.Load(path));

        StringAssert.Contains(error.Message, path);
        StringAssert.Contains(error.Message, word);
    }

    [TestMethod]
    public void Member_on_two_lists_is_refused()
    {
        File.WriteAllText(_folder.File("lists.json"), """{"origin": "here", "splits": {"train": {"groups": [["1", "2"]]}, "test": {"groups": [["2", "3"]]}}}""");
        var path = Write(Rule, """, "splits": {"file": "lists.json"}""");

        var error = Assert.ThrowsExactly<InvalidDataException>(() => DataManifest.Load(path));

        StringAssert.Contains(error.Message, "lists.json");
        StringAssert.Contains(error.Message, "2 is listed twice");
    }

    [TestMethod]
    public void Expectation_that_the_pattern_never_matches_is_refused()
    {
        File.WriteAllText(_folder.File("lists.json"), """{"origin": "here", "splits": {"train": {"groups": [["1"]]}}}""");
        var path = Write("""{"name": "a", "pattern": "a/\\d\\.mp4", "label": "real", "expect": "b/${member}.mp4"}""", """, "splits": {"file": "lists.json"}""");

        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => DataManifest.Load(path)).Message, "expect");
    }

    [TestMethod]
    public void Text_that_is_no_JSON_and_a_file_that_is_not_there_are_refused()
    {
        File.WriteAllText(_folder.File("m.json"), "{ name: 1");

        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => DataManifest.Load(_folder.File("m.json"))).Message, "line 1");
        Assert.ThrowsExactly<FileNotFoundException>(() => DataManifest.Load(_folder.File("none.json")));
    }

    [TestMethod]
    public void Name_that_is_not_shipped_is_refused_with_those_that_are()
    {
        var error = Assert.ThrowsExactly<FileNotFoundException>(() => ShippedManifests.Find("celeb", ShippedManifests.DataFolder));

        StringAssert.Contains(error.Message, "celeb-df-v2");
    }

    [TestMethod]
    public void Folder_of_something_else_is_refused_with_what_was_looked_for_and_what_is_there()
    {
        Directory.CreateDirectory(_folder.File("root/holiday"));
        File.WriteAllText(_folder.File("root/holiday/beach.mp4"), "x");
        var manifest = DataManifest.Load(ShippedManifests.Find("faceforensics-c23", ShippedManifests.DataFolder));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => PictureSet.FromManifest(manifest, _folder.File("root")));

        foreach (var word in new[] { "original_sequences/youtube/c23/videos/", "holiday/", "https://github.com/ondyari/FaceForensics" })
            StringAssert.Contains(error.Message, word);
    }

    [TestMethod]
    public void Two_rules_of_different_mind_leave_the_file_out()
    {
        File.WriteAllText(_folder.File("root/a/1.mp4"), "x");
        File.WriteAllText(_folder.File("root/a/2.mp4"), "x");
        var manifest = DataManifest.Load(Write($$"""{{Rule}}, {"name": "b", "pattern": "a/1.*", "label": "fake"}"""));

        var set = PictureSet.FromManifest(manifest, _folder.File("root"));

        Assert.AreEqual("a/2.mp4", set.Pictures.Single().Video);
        StringAssert.Contains(set.Skipped.Single().Reason, "real by the rule a, fake by the rule b");
    }

    [TestMethod]
    public void List_of_different_mind_than_the_path_leaves_the_file_out_and_so_does_a_pair_across_splits()
    {
        File.WriteAllText(_folder.File("lists.json"), """{"origin": "here", "splits": {"train": {"real": ["1"], "fake": ["2"]}, "test": {"real": ["3"]}}}""");
        foreach (var name in new[] { "1_1", "2_2", "1_3", "1_9" })
            File.WriteAllText(_folder.File($"root/{name}.mp4"), "x");
        var rule = """{"name": "a", "pattern": "(?<first>\\d)_(?<second>\\d)\\.mp4", "label": "real", "keys": ["${first}", "${second}"]}""";
        var manifest = DataManifest.Load(Write(rule, """, "splits": {"file": "lists.json"}"""));

        var set = PictureSet.FromManifest(manifest, _folder.File("root"));

        Assert.AreEqual("1_1.mp4", set.Pictures.Single().Video);
        string Reason(string item) => set.Skipped.Single(skipped => skipped.Item == item).Reason;
        StringAssert.Contains(Reason("2_2.mp4"), "real by its path, fake by the split list");
        StringAssert.Contains(Reason("1_3.mp4"), "leak");
        StringAssert.Contains(Reason("1_9.mp4"), "9 is on no split list");
    }

    [TestMethod]
    public void Pattern_that_backtracks_without_end_costs_one_file_a_second_and_no_more()
    {
        File.WriteAllText(_folder.File($"root/{new string('a', 80)}b.mp4"), "x");
        File.WriteAllText(_folder.File("root/aa.mp4"), "x");
        var manifest = DataManifest.Load(Write("""{"name": "a", "pattern": "(a|aa)+\\.mp4", "label": "real"}"""));

        var set = PictureSet.FromManifest(manifest, _folder.File("root"));

        Assert.AreEqual("aa.mp4", set.Pictures.Single().Video);
        StringAssert.Contains(set.Skipped.Single().Reason, "more than a second");
    }

    private string Write(string rules, string more = "")
    {
        var path = _folder.File("m.json");
        File.WriteAllText(path, $$"""{"name": "m", "title": "M", "access": {"page": "-", "request": "ask", "terms": "none"}, "rules": [{{rules}}]{{more}}}""");
        return path;
    }
}
