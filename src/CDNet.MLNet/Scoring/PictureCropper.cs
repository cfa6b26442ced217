using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Scoring;

/// <summary>A face that waits for its score.</summary>
internal sealed record CroppedFace(string Path, int Face, DetectedFace Detection)
{
    public FaceVerdict ToVerdict(float score, float probability, bool isFake) => float.IsNaN(score)
        ? FaceVerdict.Failed(Path, $"face {Face}: the model gives a score that is no number")
        : new FaceVerdict(Path, 0, Face, Detection, score, probability, isFake ? Verdict.Fake : Verdict.Real, null);
}

/// <summary>The faces of a picture, or the verdict of one that has none.</summary>
internal sealed record CroppedPicture(IReadOnlyList<(CroppedFace Face, FaceCrops Crops)> Faces, FaceVerdict? WithoutFaces);

/// <summary>Reads pictures, finds their faces and cuts them out, on all processors, in order.</summary>
internal static class PictureCropper
{
    public static IEnumerable<CroppedPicture> Crop(
        IEnumerable<string> paths, FaceDetector detector, FacePartCropOptions options, CancellationToken cancellation)
    {
        // As many pictures are in memory at once as there are processors.
        var ahead = new Queue<Task<CroppedPicture>>();
        foreach (var path in paths)
        {
            cancellation.ThrowIfCancellationRequested();
            if (ahead.Count >= Environment.ProcessorCount)
                yield return ahead.Dequeue().GetAwaiter().GetResult();
            ahead.Enqueue(Task.Run(() => Crop(path, detector, options), cancellation));
        }
        while (ahead.TryDequeue(out var rest))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return rest.GetAwaiter().GetResult();
        }
    }

    private static CroppedPicture Crop(string path, FaceDetector detector, FacePartCropOptions options)
    {
        try
        {
            using var picture = PictureReader.Read(path);
            var view = PixelView.Of(picture);
            var faces = new List<(CroppedFace, FaceCrops)>();
            foreach (var detection in detector.Detect(view, options))
                faces.Add((new CroppedFace(path, faces.Count, detection), FaceCrops.Cut(view, detection, options)));
            return new CroppedPicture(faces, faces.Count == 0 ? FaceVerdict.NoFace(path) : null);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            return new CroppedPicture([], FaceVerdict.Failed(path, e.Message));
        }
    }
}
