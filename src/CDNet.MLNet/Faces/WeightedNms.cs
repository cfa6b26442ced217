namespace CDNet.MLNet.Faces;

/// <summary>BlazeFace's own non-maximum suppression: overlapping detections are averaged by their confidence instead of dropped.</summary>
/// <remarks>Bazarevsky et al., "BlazeFace: Sub-millisecond neural face detection on mobile GPUs", section 3.4.</remarks>
internal static class WeightedNms
{
    /// <summary>Merges detections that overlap the most confident one by more than a threshold, then goes on with the rest.</summary>
    /// <param name="detections">Candidates in any order.</param>
    /// <param name="minIntersectionOverUnion">Boxes that share more than this (0 to 1) are one face.</param>
    /// <returns>Faces by falling confidence.</returns>
    public static List<DetectedFace> Merge(IEnumerable<DetectedFace> detections, float minIntersectionOverUnion)
    {
        var rest = detections.OrderByDescending(face => face.Confidence).ToList();
        var merged = new List<DetectedFace>();
        while (rest.Count > 0)
        {
            var best = rest[0];
            var same = rest.Where(face => face.Box.IntersectionOverUnion(best.Box) > minIntersectionOverUnion).ToList();
            // A box without area overlaps nothing, not even itself.
            if (same.Count == 0)
                same.Add(best);
            merged.Add(Average(same));
            rest = same.Count == 1 ? rest[1..] : rest.Except(same).ToList();
        }
        return [.. merged.OrderByDescending(face => face.Confidence)];
    }

    /// <summary>The mean of what was seen of one face, weighted by confidence.</summary>
    public static DetectedFace Average(List<DetectedFace> faces)
    {
        if (faces.Count == 1)
            return faces[0];
        Span<float> sums = stackalloc float[4 + FaceKeypoints.Length];
        Span<float> one = stackalloc float[4 + FaceKeypoints.Length];
        sums.Clear();
        var total = 0f;
        foreach (var face in faces)
        {
            (one[0], one[1], one[2], one[3]) = (face.Box.Left, face.Box.Top, face.Box.Right, face.Box.Bottom);
            face.Keypoints.CopyTo(one[4..]);
            for (var i = 0; i < sums.Length; i++)
                sums[i] += one[i] * face.Confidence;
            total += face.Confidence;
        }
        for (var i = 0; i < sums.Length; i++)
            sums[i] /= total;
        var box = new FaceBox(sums[0], sums[1], sums[2] - sums[0], sums[3] - sums[1]);
        return new DetectedFace(box, FaceKeypoints.FromSpan(sums[4..]), total / faces.Count);
    }
}
