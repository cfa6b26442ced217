using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Reports;

/// <summary>What a page shows of a video: each face through time, and the most suspicious frames.</summary>
internal static class VideoSection
{
    private const int Width = 760;
    private const int Height = 180;

    public static Html Of(ReportItem item)
    {
        var video = item.Video!;
        if (video.Suspect is not { } suspect)
            return Html.Of($"<p>{video.Frames} frames were looked at; none shows a face.</p>");
        var last = Math.Max(1, item.Verdicts.Max(verdict => verdict.Frame));
        var lines = video.Tracks.Select(track => Line(track, last, track == suspect));
        var thumbnails = item.Thumbnails.Select(thumbnail => Html.Of(
            $"""<figure><img src="{new Html(thumbnail.Image.DataUri)}" width="160" height="160" alt="frame {thumbnail.Face.Frame}"><figcaption>frame {thumbnail.Face.Frame}: {thumbnail.Face.Probability:P0}</figcaption></figure>"""));
        return Html.Of($"""
            <p>{Words.Of(video.Probability, video.IsUnfamiliar)} {video.Frames} frames were looked at, {video.FramesWithFace} of them with a face, {video.Tracks.Count} faces through time. The video's score is the {video.AggregationInWords}.</p>
            <svg class="timeline" viewBox="0 0 {Width} {Height + 24}" role="img" aria-label="probability of fake over time">
            <line x1="0" y1="0" x2="{Width}" y2="0"/><line x1="0" y1="{Height / 2}" x2="{Width}" y2="{Height / 2}"/><line x1="0" y1="{Height}" x2="{Width}" y2="{Height}"/>
            <text x="4" y="14">100 % fake</text><text x="4" y="{Height - 4}">0 %</text><text x="{Width - 4}" y="{Height + 18}" text-anchor="end">frame {last}</text>{Html.Join(lines)}</svg>
            <p>Probability of fake of each face, frame by frame; the thick line is the most suspicious one. Its most suspicious frames:</p>
            <div class="figures">{Html.Join(thumbnails)}</div>
            """);
    }

    private static Html Line(FaceTrack track, int last, bool isSuspect)
    {
        var points = track.Faces.Where(face => float.IsFinite(face.Probability)).Select(face => (X: (float)Width * face.Frame / last, Y: Height * (1 - face.Probability))).ToList();
        var dots = points.Select(point => Html.Of($"""<circle cx="{point.X:F1}" cy="{point.Y:F1}" r="{(isSuspect ? 4 : 2.5f):F1}"/>"""));
        var path = string.Join(' ', points.Select(point => FormattableString.Invariant($"{point.X:F1},{point.Y:F1}")));
        return Html.Of($"""<g class="{(isSuspect ? "suspect" : "track")}"><title>face {track.Number + 1}</title><polyline points="{path}"/>{Html.Join(dots)}</g>""");
    }
}
