using System.Globalization;
using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CsvHelper;
using SkiaSharp;

namespace CDNet.MLNet.Blending;

/// <summary>
/// Makes fakes of real pictures alone: each face is laid over itself, a little moved, with other colours or sharpness on one side of the edge. A detector that learns to tell them learns what a blended face shows, whatever method made it.
/// </summary>
/// <remarks>
/// Shiohara and Yamasaki, "Detecting deepfakes with self-blended images", 2022. A real picture is written beside its fake, through the same encoder, so that the file gives nothing away. The folder is one that <see cref="PictureSet.Open"/> reads:
/// <c>real/</c>, <c>fake/</c> and <c>manifest.csv</c>, in which both of a pair have the same <c>source_video</c>. The most confident face of a picture is blended.
/// </remarks>
public static class SelfBlendedSet
{
    /// <summary>The list of the pictures in the folder that is written.</summary>
    public const string ManifestName = "manifest.csv";

    // A fake whose face differs by less on the average, of 255, is drawn anew: it would be a real picture with a wrong label.
    private const double LeastDifference = 1.5;
    private const int MostDraws = 10;

    /// <summary>Writes a set.</summary>
    /// <param name="pictures">Paths of real pictures with faces.</param>
    /// <param name="folder">The folder to write, which must be new or empty.</param>
    /// <param name="options">Seed, quality, and how faces are found; the defaults where null.</param>
    /// <param name="progress">Receives the number of pictures that are done.</param>
    /// <param name="cancellation">Ends the work; what was written stays, without a manifest.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or there are no pictures.</exception>
    /// <exception cref="IOException">The folder holds something, or cannot be written.</exception>
    /// <exception cref="InvalidOperationException">No picture has a face.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static SelfBlendingReport Write(IReadOnlyList<string> pictures, string folder, SelfBlendingOptions? options = null, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        options ??= new SelfBlendingOptions();
        options.Validate();
        if (pictures.Count == 0)
            throw new ArgumentException("There are no pictures to make fakes of.", nameof(pictures));
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"{folder}: the folder holds something already; name a new one.");
        using var detector = new FaceDetector(options.Faces.Detector ?? FaceDetectorModel.Default);
        var works = pictures.Select<string, Func<Outcome>>((path, i) => () => Make(path, $"{i:D6}-{Path.GetFileNameWithoutExtension(path)}", i));
        List<string> names = [], withoutFace = [], failed = [];
        var done = 0L;
        foreach (var (outcome, path) in WorkAhead.Run(works, cancellation).Zip(pictures))
        {
            if (outcome.Error is { } error)
                failed.Add(error);
            else if (outcome.Name is { } name)
                names.Add(name);
            else
                withoutFace.Add(path);
            progress?.Report(++done);
        }
        if (names.Count == 0)
            throw new InvalidOperationException($"None of the {pictures.Count:N0} pictures has a face{(failed.Count > 0 ? $"; {failed.Count:N0} cannot be read: {failed[0]}" : ".")}");
        WriteManifest(Path.Combine(folder, ManifestName), names);
        return new SelfBlendingReport(names.Count, withoutFace, failed);

        Outcome Make(string path, string name, int index)
        {
            try
            {
                using var pixels = PictureReader.ReadPixels(path);
                var faces = detector.Detect(pixels.View, options.Faces);
                if (faces.Count == 0)
                    return new Outcome(null, null);
                using var real = ToBitmap(pixels);
                // Each picture for itself: what is drawn does not depend on the others, nor on who is first.
                using var fake = Blend(real, faces.MaxBy(face => face.Confidence), new Random(unchecked(options.Seed * 1_000_003 + index)));
                Save(real, Path.Combine(folder, "real", name + ".jpg"), options.JpegQuality);
                Save(fake, Path.Combine(folder, "fake", name + ".jpg"), options.JpegQuality);
                return new Outcome(name, null);
            }
            catch (Exception e) when (e is FileNotFoundException or InvalidDataException or UnauthorizedAccessException)
            {
                return new Outcome(null, e.Message);
            }
        }
    }

    /// <summary>A fake of a picture, of which the face looks other than it did.</summary>
    internal static SKBitmap Blend(SKBitmap real, DetectedFace face, Random random)
    {
        for (var draw = 1; ; draw++)
        {
            var fake = SelfBlend.Draw(random).Apply(real, face);
            if (draw == MostDraws || Difference(real, fake, face.Box) >= LeastDifference)
                return fake;
            fake.Dispose();
        }
    }

    /// <summary>How far two pictures differ within a box: the mean over pixels and colours, of 255.</summary>
    internal static double Difference(SKBitmap one, SKBitmap other, FaceBox box)
    {
        var (left, right) = (Math.Clamp((int)box.Left, 0, one.Width - 1), Math.Clamp((int)box.Right, 1, one.Width));
        var (top, bottom) = (Math.Clamp((int)box.Top, 0, one.Height - 1), Math.Clamp((int)box.Bottom, 1, one.Height));
        var a = one.GetPixelSpan();
        var b = other.GetPixelSpan();
        var (sum, count) = (0L, 0L);
        for (var y = top; y < bottom; y++)
        {
            for (var i = y * one.RowBytes + 4 * left; i < y * one.RowBytes + 4 * right; i++)
            {
                if (i % 4 != 3)
                    (sum, count) = (sum + Math.Abs(a[i] - b[i]), count + 1);
            }
        }
        return count == 0 ? 0 : (double)sum / count;
    }

    private static unsafe SKBitmap ToBitmap(PixelBuffer pixels)
    {
        var bitmap = new SKBitmap(new SKImageInfo(pixels.Width, pixels.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        pixels.Pixels.CopyTo(new Span<byte>((void*)bitmap.GetPixels(), bitmap.ByteCount));
        return bitmap;
    }

    private static void Save(SKBitmap bitmap, string path, int quality)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
        using var file = File.Create(path);
        data.SaveTo(file);
    }

    private static void WriteManifest(string path, IEnumerable<string> names)
    {
        using var csv = new CsvWriter(new StreamWriter(path), CultureInfo.InvariantCulture);
        foreach (var title in new[] { "path", "label", "source_video", "method" })
            csv.WriteField(title);
        csv.NextRecord();
        foreach (var name in names)
        {
            foreach (var (label, method) in new[] { ("real", ""), ("fake", "self-blended") })
            {
                foreach (var field in new[] { $"{label}/{name}.jpg", label, name, method })
                    csv.WriteField(field);
                csv.NextRecord();
            }
        }
    }

    private sealed record Outcome(string? Name, string? Error);
}
