using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Scoring.Batching;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Scoring;

/// <summary>A face that waits for its score.</summary>
internal sealed record CroppedFace(string Path, int Frame, int Face, DetectedFace Detection)
{
    /// <summary>What the model says of the face.</summary>
    public FaceVerdict ToVerdict(FaceScore score, CDNetModel model)
    {
        var (probability, isFake) = model.Judge(score.Score);
        return ToVerdict(score.Score, probability, isFake) with { Distance = score.Distance, Familiarity = model.FamiliarityScale?.ShareBeyond(score.Distance) ?? float.NaN };
    }

    public FaceVerdict ToVerdict(float score, float probability, bool isFake) => float.IsNaN(score)
        ? FaceVerdict.Failed(Path, $"face {Face}: the model gives a score that is no number", Frame) with { Face = Face }
        : new FaceVerdict(Path, Frame, Face, Detection, score, probability, isFake ? Verdict.Fake : Verdict.Real, null);
}

/// <summary>The faces of a picture, or the verdict of one that has none.</summary>
internal sealed record CroppedPicture(IReadOnlyList<(CroppedFace Face, FaceCrops Crops)> Faces, FaceVerdict? WithoutFaces)
{
    public static CroppedPicture Failed(string path, string error) => new([], FaceVerdict.Failed(path, error));
}

/// <summary>Reads pictures and frames of videos, finds their faces and cuts them out, on all processors, in order.</summary>
/// <param name="detector">The detector.</param>
/// <param name="crops">How faces are cut out.</param>
/// <param name="options">Which frames of videos, and what happens to pictures first.</param>
/// <param name="looks">How often each face is cut out (<see cref="FaceLooks"/>).</param>
internal sealed class PictureCropper(FaceDetector detector, FacePartCropOptions crops, ScoringOptions options, int looks = 1)
{
    public static IEnumerable<CroppedPicture> Crop(
        IEnumerable<string> paths, FaceDetector detector, FacePartCropOptions crops, ScoringOptions options, CancellationToken cancellation)
    {
        var cropper = new PictureCropper(detector, crops, options);
        return WorkAhead.Run(paths.SelectMany(path => cropper.Work(new ScoringInput(path), cancellation)), cancellation);
    }

    /// <summary>What is to be done for a picture, or for each frame of a video; each piece must be done, because it disposes of its frame.</summary>
    public IEnumerable<Func<CroppedPicture>> Work(ScoringInput input, CancellationToken cancellation)
        => input.Content is null && options.IsVideo(input.Name) ? WorkOnVideo(input.Name, cancellation) : [() => Picture(input)];

    private IEnumerable<Func<CroppedPicture>> WorkOnVideo(string path, CancellationToken cancellation)
    {
        using var frames = options.Videos!.Read(path, options.Frames, cancellation).GetEnumerator();
        for (var count = 0; ; count++)
        {
            string? error = null;
            try
            {
                if (!frames.MoveNext())
                    error = count == 0 ? $"{path}: the video has no frames." : "";
            }
            catch (Exception e) when (IsOfTheFile(e))
            {
                error = e.Message;
            }
            if (error is { Length: > 0 })
                yield return () => CroppedPicture.Failed(path, error);
            if (error is not null)
                yield break;
            var frame = frames.Current;
            yield return () =>
            {
                using (frame)
                    return Crop(path, frame.Index, frame.Image);
            };
        }
    }

    private CroppedPicture Picture(ScoringInput input)
    {
        try
        {
            if (options.Degradation is not null)
            {
                using var picture = input.Content is { } content ? PictureReader.Read(content, input.Name) : PictureReader.Read(input.Name);
                return Crop(input.Name, 0, picture);
            }
            using var pixels = input.Content is { } bytes ? PictureReader.ReadPixels(bytes, input.Name) : PictureReader.ReadPixels(input.Name);
            return Crop(input.Name, 0, pixels.View);
        }
        catch (Exception e) when (IsOfTheFile(e))
        {
            return CroppedPicture.Failed(input.Name, e.Message);
        }
    }

    private CroppedPicture Crop(string path, int frame, MLImage picture)
    {
        using var arrived = options.Degradation?.Apply(picture);
        return Crop(path, frame, PixelView.Of(arrived ?? picture));
    }

    private CroppedPicture Crop(string path, int frame, PixelView view)
    {
        var found = detector.Detect(view, crops);
        if (found.Count > options.MaxFaces)
            return new CroppedPicture([], FaceVerdict.Failed(path, $"{path}: {found.Count} faces are too many to be scored at once (at most {options.MaxFaces}); cut the picture up.", frame));
        var faces = new List<(CroppedFace, FaceCrops)>();
        foreach (var detection in found)
            faces.Add((new CroppedFace(path, frame, faces.Count, detection), FaceLooks.Cut(view, detection, crops, looks)));
        return new CroppedPicture(faces, faces.Count == 0 ? FaceVerdict.NoFace(path, frame) : null);
    }

    private static bool IsOfTheFile(Exception e) => e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or DllNotFoundException;
}
