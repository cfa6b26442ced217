using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Reports;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;
using CDNet.MLNet.Tests.Prepared;
using CDNet.MLNet.Tests.Scoring;

namespace CDNet.MLNet.Tests.Reports;

/// <summary>Pages about drawn pictures, made with the library's own model and a detector that finds their faces.</summary>
[TestClass]
public sealed partial class HtmlReportTests
{
    private const string Hostile = "<img src=x onerror=alert(1)> & \"quotes\" 'x'";

    private static readonly TempFolder Folder = new();
    private static CDNetModel _model = null!;

    [ClassInitialize]
    public static void Load(TestContext _)
    {
        var zip = MarkedModel.Write(Folder.File("model.zip"));
        _model = CDNetModel.Load(zip);
    }

    [ClassCleanup]
    public static void Remove()
    {
        _model.Dispose();
        Folder.Dispose();
    }

    [TestMethod]
    public void Names_and_errors_from_outside_are_text_and_the_page_runs_its_own_script_only()
    {
        var page = Write([new ReportItem(Hostile, [FaceVerdict.Failed(Hostile, $"{Hostile}: no picture")]), new ReportItem("b.jpg", [FaceVerdict.NoFace("b.jpg")])]);

        Assert.IsFalse(page.Contains("<img", StringComparison.Ordinal), "a name became an element");
        StringAssert.Contains(page, "&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quotes&quot; &#x27;x&#x27;");
        var script = Script().Match(page).Groups[1].Value;
        Assert.HasCount(1, Script().Matches(page));
        StringAssert.Contains(page, System.Text.Encodings.Web.HtmlEncoder.Default.Encode($"script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'"));
        Assert.IsFalse(page.Contains("http:", StringComparison.Ordinal) || page.Contains("https:", StringComparison.Ordinal), "the page needs no network");
    }

    [TestMethod]
    public void Unfamiliar_face_is_called_so_before_all_else_and_has_no_verdict_s_colour()
    {
        var face = new FaceVerdict("a.jpg", 0, 0, new DetectedFace(), 3, 0.97f, Verdict.Fake, null);

        var pages = new[] { 0.5f, 0.001f, float.NaN }.Select(familiarity => Write([new ReportItem("a.jpg", [face with { Familiarity = familiarity }]), new ReportItem("b.jpg", [FaceVerdict.NoFace("b.jpg")])])).ToArray();

        foreach (var known in new[] { pages[0], pages[2] })
        {
            StringAssert.Contains(known, """<span class="verdict fake">fake</span>""");
            Assert.DoesNotContain("unfamiliar", known);
        }
        StringAssert.Contains(pages[1], """<span class="verdict none">fake, unfamiliar</span>""");
        var words = Words.Of(0.97f, isUnfamiliar: true);
        StringAssert.StartsWith(words, "This face is unlike those that the model was calibrated on");
        StringAssert.EndsWith(words, Words.Of(0.97f));
        Assert.AreEqual(Words.Of(0.97f), Words.Of(0.97f, isUnfamiliar: false));
        Assert.IsFalse(new ReportItem("a.jpg", [face with { Familiarity = 0.5f }, face with { Score = 1, Familiarity = 0 }]).IsUnfamiliar, "another face than the one that counts");
    }

    [TestMethod]
    public void Picture_is_shown_with_its_faces_what_counts_and_words()
    {
        using var two = TestPictures.Draw(256, 128, 5, (56, 56, 20), (190, 60, 20));
        var path = TestPictures.Save(two, Folder.File("two.png"));
        var verdicts = _model.Score([path]).ToArray();
        using var explainer = new FaceExplainer(_model);

        var page = Write([new ReportItem(path, verdicts).WithEvidence(explainer)]);

        Assert.HasCount(1, Picture().Matches(page));
        Assert.AreEqual(2 * 64, Cell().Count(page));
        Assert.HasCount(2, verdicts);
        foreach (var verdict in verdicts)
            StringAssert.Contains(page, System.FormattableString.Invariant($"Face {verdict.Face + 1}: probability of fake {verdict.Probability:P0}"));
        StringAssert.Contains(page, "A score is evidence, not proof");
        StringAssert.Contains(page, _model.Sha256);
        Assert.IsFalse(page.Contains("<table", StringComparison.Ordinal), "one file needs no table");
        var contributes = _model.PartMeans is null ? "measure-parts" : "Right eye";
        StringAssert.Contains(page, contributes);
    }

    [TestMethod]
    public void Video_has_a_line_for_each_face_and_its_most_suspicious_frames()
    {
        var path = DrawnVideos.Write(Folder.File("clip.vid"), 9);
        var options = new ScoringOptions { Videos = new DrawnVideos() };
        var verdicts = _model.Score([path], options).ToArray();
        using var explainer = new FaceExplainer(_model);
        var item = new ReportItem(path, verdicts, VideoVerdict.Of(_model, verdicts)).WithEvidence(explainer, options.Videos, options.Frames);

        var page = Write([item]);

        Assert.HasCount(6, Thumbnail().Matches(page));
        Assert.HasCount(6, item.Thumbnails);
        var wanted = verdicts.OrderByDescending(verdict => verdict.Score).Take(6).Select(verdict => verdict.Frame).Order().ToArray();
        CollectionAssert.AreEqual(wanted, item.Thumbnails.Select(thumbnail => thumbnail.Face.Frame).ToArray());
        StringAssert.Contains(page, "9 frames were looked at, 9 of them with a face, 1 faces through time");
        StringAssert.Contains(page, "class=\"suspect\"");
    }

    [TestMethod]
    public void Files_with_and_without_a_score_stand_in_one_table_with_sortable_numbers()
    {
        using var drawn = TestPictures.DrawLabeled(false, 1);
        var path = TestPictures.Save(drawn, Folder.File("face.png"));
        var verdicts = _model.Score([path]).ToArray();

        var page = Write([new ReportItem(path, verdicts), new ReportItem("none.jpg", [FaceVerdict.NoFace("none.jpg")])]);

        StringAssert.Contains(page, System.FormattableString.Invariant($"data-value=\"{verdicts[0].Score}\""));
        StringAssert.Contains(page, "data-value=\"-3.4028235E&#x2B;38\"");
        StringAssert.Contains(page, "1 without a face");
    }

    [TestMethod]
    [DataRow(0.99f, "almost sure that this face was made")]
    [DataRow(0.5f, "cannot tell")]
    [DataRow(0.01f, "likely that this face is real")]
    public void Probabilities_are_put_into_words(float probability, string words) => StringAssert.Contains(Words.Of(probability), words);

    private static string Write(IReadOnlyList<ReportItem> items)
    {
        var path = Folder.File($"{Guid.NewGuid():N}.html");
        HtmlReport.Write(path, _model, items);
        return File.ReadAllText(path);
    }

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<image id=\"picture0\"[^>]*href=\"data:image/jpeg;base64,[A-Za-z0-9+/=]+\"/>")]
    private static partial Regex Picture();

    [GeneratedRegex("class=\"(for|against)\" opacity=")]
    private static partial Regex Cell();

    [GeneratedRegex("<img src=\"data:image/jpeg;base64,[A-Za-z0-9+/=]+\" width=\"160\"")]
    private static partial Regex Thumbnail();
}
