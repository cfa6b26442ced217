using CDNet.MLNet.Faces;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.MLNet.Reports;

/// <summary>What a page shows of one face: where it is, what speaks for which verdict, its spectrum, its place between the centres.</summary>
internal static class FaceSection
{
    public static Html Of(FaceEvidence evidence, string imageId)
    {
        var verdict = evidence.Verdict;
        return Html.Of($"""
            <div class="face">
            <h3>{Words.Badge(verdict.Verdict, verdict.IsUnfamiliar)} Face {verdict.Face + 1}: probability of fake {verdict.Probability:P0}</h3>
            <p>{Words.Of(verdict.Probability, verdict.IsUnfamiliar)} Score {verdict.Score:F2} (before calibration), confidence of the face detector {verdict.Detection!.Value.Confidence:P0}.{Familiarity(verdict)}</p>
            <div class="figures">
            <figure>{Map(evidence, imageId)}<figcaption>Which places count: red ones speak for fake, green ones for real. Each place was covered in grey and the face scored again; the strongest changes the score by {Strongest(evidence.Occlusion.Contributions):F2}.</figcaption></figure>
            {Parts(evidence)}
            {Centres(evidence)}
            </div>
            {Spectra(evidence)}
            </div>
            """);
    }

    /// <summary>The boxes of a face over its picture.</summary>
    public static Html Boxes(FaceEvidence evidence)
    {
        var width = Math.Max(1, evidence.FaceSquare.Width / 100);
        Html Box(FaceBox box, string style) => Html.Of($"""<rect x="{box.Left:F1}" y="{box.Top:F1}" width="{box.Width:F1}" height="{box.Height:F1}" class="{style}" stroke-width="{width:F1}"/>""");
        var face = evidence.Verdict.Detection!.Value.Box;
        var label = Html.Of($"""<text x="{face.Left:F1}" y="{face.Top - 2 * width:F1}" font-size="{evidence.FaceSquare.Width / 9:F1}">{evidence.Verdict.Face + 1}</text>""");
        return Html.Join([Box(face, $"box {Words.StyleOf(evidence.Verdict.Verdict, evidence.Verdict.IsUnfamiliar)}"), .. evidence.PartSquares.Select(square => Box(square, "part")), label]);
    }

    private static Html Familiarity(FaceVerdict verdict)
        => float.IsNaN(verdict.Familiarity) ? default : Html.Of($" Of the faces that the model was calibrated on, {verdict.Familiarity:P1} lie as far from those that it was trained on ({verdict.Distance:F1} standard deviations).");

    private static Html Map(FaceEvidence evidence, string imageId)
    {
        var (square, map) = (evidence.FaceSquare, evidence.Occlusion);
        var (cell, strongest) = (square.Width / map.Side, Strongest(map.Contributions));
        var cells = map.Contributions.Select((value, i) => Html.Of(
            $"""<rect x="{square.Left + i % map.Side * cell:F1}" y="{square.Top + i / map.Side * cell:F1}" width="{cell:F1}" height="{cell:F1}" class="{(value > 0 ? "for" : "against")}" opacity="{(strongest > 0 ? 0.75 * Math.Abs(value) / strongest : 0):F2}"><title>{value:+0.00;-0.00}</title></rect>"""));
        return Html.Of($"""<svg class="map" viewBox="{square.Left:F1} {square.Top:F1} {square.Width:F1} {square.Height:F1}" role="img" aria-label="map of the face"><use href="#{imageId}"/>{Html.Join(cells)}</svg>""");
    }

    private static Html Parts(FaceEvidence evidence)
    {
        if (evidence.Parts.Count == 0)
            return Html.Of($"<figure><figcaption>The model does not know what its parts look like on the average, so nothing is said of them (cdnet models measure-parts).</figcaption></figure>");
        const int Row = 34, Middle = 250, Reach = 130;
        var strongest = Strongest(evidence.Parts.Select(part => part.Contribution));
        var bars = evidence.Parts.Select((part, i) =>
        {
            var length = strongest > 0 ? Reach * part.Contribution / strongest : 0;
            return Html.Of($"""
                <text x="4" y="{i * Row + 21}">{Words.PartName(part.Part)}</text>
                <rect x="{(length >= 0 ? Middle : Middle + length):F1}" y="{i * Row + 6}" width="{Math.Abs(length):F1}" height="20" class="{(length >= 0 ? "for" : "against")}"><title>what the network sees {part.Spatial:+0.00;-0.00}, frequencies {part.Frequency:+0.00;-0.00}</title></rect>
                <text x="{Middle + (length >= 0 ? Math.Max(length, 0) + 5 : 5):F1}" y="{i * Row + 21}">{part.Contribution:+0.00;-0.00}</text>
                """);
        });
        return Html.Of($"""
            <figure><svg class="bars" viewBox="0 0 440 {evidence.Parts.Count * Row}" role="img" aria-label="contributions of the parts"><line x1="{Middle}" y1="0" x2="{Middle}" y2="{evidence.Parts.Count * Row}"/>{Html.Join(bars)}</svg>
            <figcaption>What each part adds to the score: red bars to the right speak for fake, green ones to the left for real. The part was replaced by the average one, and the face scored again.</figcaption></figure>
            """);
    }

    private static Html Centres(FaceEvidence evidence)
    {
        if (evidence.DistanceToReal is not { } toReal || evidence.DistanceToFake is not { } toFake)
            return default;
        var share = toReal + toFake > 0 ? toReal / (toReal + toFake) : 0.5f;
        return Html.Of($"""
            <figure><svg class="centres" viewBox="0 0 440 70" role="img" aria-label="position between the centres"><line x1="60" y1="30" x2="380" y2="30"/>
            <circle cx="60" cy="30" r="9" class="real"/><circle cx="380" cy="30" r="9" class="fake"/><circle cx="{60 + 320 * share:F1}" cy="30" r="6" class="here"/>
            <text x="60" y="60" text-anchor="middle">real</text><text x="380" y="60" text-anchor="middle">fake</text></svg>
            <figcaption>Where the face stands between the centres of the two classes: squared distance {toReal:F2} to the real one, {toFake:F2} to the fake one.</figcaption></figure>
            """);
    }

    private static Html Spectra(FaceEvidence evidence) => evidence.Parts.Count == 0 ? default : Html.Of($"""
        <details><summary>Frequencies</summary><p>DCT amplitudes of the face and its parts from low frequencies to high, in standard deviations from the mean of the training pictures; green and red are the means of real and of fake pictures.</p>
        <div class="figures">{Html.Join(evidence.Parts.Select(Spectrum))}</div></details>
        """);

    private static Html Spectrum(PartEvidence part)
    {
        const float Most = 4;
        static string Points(IReadOnlyList<float> values)
            => string.Join(' ', values.Select((value, i) => FormattableString.Invariant($"{300f * i / (values.Count - 1):F1},{60 - 50 * Math.Clamp(value, -Most, Most) / Most:F1}")));
        return Html.Of($"""
            <figure><svg class="spectrum" viewBox="0 0 300 120" role="img" aria-label="spectrum"><line x1="0" y1="60" x2="300" y2="60"/>
            <polyline points="{Points(part.Amplitudes)}" class="here"/><polyline points="{Points(part.RealAmplitudes)}" class="real"/><polyline points="{Points(part.FakeAmplitudes)}" class="fake"/></svg>
            <figcaption>{Words.PartName(part.Part)}, -4 to 4</figcaption></figure>
            """);
    }

    private static float Strongest(IEnumerable<float> values) => values.Select(Math.Abs).Where(float.IsFinite).DefaultIfEmpty(0).Max();
}
