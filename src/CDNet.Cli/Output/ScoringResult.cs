using CDNet.Cli.Scores;
using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;
using Spectre.Console;

namespace CDNet.Cli.Output;

/// <summary>What <c>cdnet score</c> gives: a row a face, and what the rows of a video come to, and what drove the verdicts where that was asked for.</summary>
internal sealed class ScoringResult(IReadOnlyList<FaceVerdict> verdicts, IReadOnlyList<VideoVerdict> videos, IReadOnlyList<FaceEvidence>? evidence = null) : ICommandResult
{
    /// <summary>Files that failed, and faces without a score.</summary>
    public int Failed => verdicts.Count(verdict => verdict.Error is not null);

    public object ToJson() => new
    {
        Rows = verdicts.Select(ScoreRow.Of),
        Videos = videos.Select(video => new
        {
            video.Path,
            video.Frames,
            video.FramesWithFace,
            video.Score,
            video.Probability,
            video.Familiarity,
            video.Verdict,
            video.Error,
            Aggregation = video.AggregationInWords,
            Suspect = video.Suspect?.Number,
            Tracks = video.Tracks.Select(track => new
            {
                track.Number, FirstFrame = track.Faces[0].Frame, LastFrame = track.Faces[^1].Frame, Faces = track.Faces.Select(face => new { face.Frame, face.Face }), track.Score,
            }),
        }),
        Evidence = evidence?.Select(EvidenceRow.Of),
        Fake = Count(Verdict.Fake),
        Real = Count(Verdict.Real),
        NoFace = Count(Verdict.NoFace),
        Unfamiliar = verdicts.Count(verdict => verdict.IsUnfamiliar),
        Failed,
    };

    public void Print()
    {
        var inVideos = videos.Select(video => video.Path).ToHashSet();
        var pictures = verdicts.Where(verdict => !inVideos.Contains(verdict.Path)).ToList();
        if (pictures.Count > 0)
            PrintPictures(pictures);
        if (videos.Count > 0)
            PrintVideos();
        Terminal.Problems(verdicts.Where(verdict => verdict.Error is not null).Select(verdict => new SkippedItem(verdict.Path, verdict.Error!)));
    }

    private static void PrintPictures(List<FaceVerdict> pictures)
    {
        var table = new Table().RoundedBorder().AddColumns("Picture", "Face", "Confidence", "Probability of fake", "Score", "Verdict");
        foreach (var verdict in pictures)
        {
            var isFace = verdict.Detection is not null;
            table.AddRow(
                Markup.Escape(verdict.Path),
                isFace ? $"{verdict.Face}" : "-",
                isFace ? $"{verdict.Detection!.Value.Confidence:F2}" : "-",
                isFace ? $"{verdict.Probability:P1}" : "-",
                isFace ? $"{verdict.Score:F3}" : "-",
                Said(verdict.Verdict, verdict.IsUnfamiliar));
        }
        Terminal.Out.Write(table);
        int Count(Verdict? verdict) => pictures.Count(other => other.Verdict == verdict);
        Terminal.Out.WriteLine($"{Count(Verdict.Fake)} faces fake, {Count(Verdict.Real)} real; {Count(Verdict.NoFace)} pictures without a face, {Count(null)} failed.");
        PrintUnfamiliar(pictures.Count(verdict => verdict.IsUnfamiliar), "faces");
    }

    private void PrintVideos()
    {
        var table = new Table().RoundedBorder().AddColumns("Video", "Frames", "With a face", "Faces", "Most suspicious", "Probability of fake", "Score", "Verdict");
        foreach (var video in videos)
        {
            table.AddRow(
                Markup.Escape(video.Path),
                $"{video.Frames}",
                $"{video.FramesWithFace}",
                $"{video.Tracks.Count}",
                video.Suspect is { } suspect ? $"frames {suspect.Faces[0].Frame} to {suspect.Faces[^1].Frame}" : "-",
                video.Suspect is null ? "-" : $"{video.Probability:P1}",
                video.Suspect is null ? "-" : $"{video.Score:F3}",
                Said(video.Verdict, video.IsUnfamiliar));
        }
        Terminal.Out.Write(table);
        Terminal.Out.WriteLine($"A video's score: {videos[0].AggregationInWords}.");
        PrintUnfamiliar(videos.Count(video => video.IsUnfamiliar), "videos");
    }

    private static string Said(Verdict? verdict, bool isUnfamiliar) => verdict is { } said ? $"{ScoreRow.Name(said)}{(isUnfamiliar ? ", unfamiliar" : "")}" : "failed";

    private static void PrintUnfamiliar(int count, string what)
    {
        if (count > 0)
            Terminal.Out.WriteLine($"Unfamiliar {what}: {count}, unlike the faces that the model was calibrated on, so that a verdict may be worth no more than a tossed coin.");
    }

    private int Count(Verdict verdict) => verdicts.Count(other => other.Verdict == verdict);
}
