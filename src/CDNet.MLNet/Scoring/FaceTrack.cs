namespace CDNet.MLNet.Scoring;

/// <summary>One face of a video through its frames.</summary>
/// <param name="Number">The track, from 0 in the order in which they begin.</param>
/// <param name="Faces">The face in its frames, by rising frame; none without a score.</param>
public sealed record FaceTrack(int Number, IReadOnlyList<FaceVerdict> Faces)
{
    // Boxes of one face in frames that follow each other share at least this part of what they cover.
    private const float LeastOverlap = 0.3f;

    // Frames in which a face may be missed, of those that were looked at.
    private const int MostMissed = 2;

    /// <summary>Mean score of its faces.</summary>
    public float Score => Faces.Average(face => face.Score);

    /// <summary>Follows faces from frame to frame by their boxes; of several that fit, those that share most belong together.</summary>
    /// <param name="verdicts">The verdicts of one video, by rising frame; those without a score only count as frames.</param>
    public static IReadOnlyList<FaceTrack> Of(IEnumerable<FaceVerdict> verdicts)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        var tracks = new List<(List<FaceVerdict> Faces, int Seen)>();
        foreach (var (look, frame) in verdicts.GroupBy(verdict => verdict.Frame).Index())
        {
            var faces = frame.Where(verdict => verdict.Detection is not null).ToList();
            var open = Enumerable.Range(0, tracks.Count).Where(track => look - tracks[track].Seen <= MostMissed + 1).ToList();
            var pairs =
                from track in open
                from face in faces
                let overlap = tracks[track].Faces[^1].Detection!.Value.Box.IntersectionOverUnion(face.Detection!.Value.Box)
                where overlap >= LeastOverlap
                orderby overlap descending
                select (Track: track, Face: face);
            foreach (var (track, face) in pairs.ToList())
            {
                if (!open.Contains(track) || !faces.Remove(face))
                    continue;
                open.Remove(track);
                tracks[track].Faces.Add(face);
                tracks[track] = (tracks[track].Faces, look);
            }
            tracks.AddRange(faces.Select(face => (new List<FaceVerdict> { face }, look)));
        }
        return [.. tracks.Select((track, number) => new FaceTrack(number, track.Faces))];
    }
}
