namespace CDNet.MLNet.Data;

/// <summary>Writes frames of videos as pictures, for whatever takes folders of pictures alone.</summary>
public static class FrameFiles
{
    /// <summary>Writes some frames of each video, as PNG files, whose pixels are those of the frames: <c>folder/VIDEO/frame-000123.png</c>, where VIDEO is the file's name without its ending and 123 the frame's place in the video from 0.</summary>
    /// <param name="videos">Paths of the videos; no two of the same name.</param>
    /// <param name="source">What takes the frames out, for example CDNet.MLNet.Video's VideoFrameSource.</param>
    /// <param name="folder">The folder to write to. In it the folder of each video must be new or empty.</param>
    /// <param name="count">How many frames of each, from 1, spread evenly over the video; null for every one. Default: 32.</param>
    /// <param name="progress">Receives the number of videos that are done.</param>
    /// <param name="cancellation">Ends the work; what was written stays.</param>
    /// <exception cref="ArgumentException">There are no videos, two have the same name, or <paramref name="count"/> is below 1; nothing is written.</exception>
    /// <exception cref="IOException">The folder of a video holds something, and then nothing is written; or a folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static FrameFilesReport Write(IReadOnlyList<string> videos, IFrameSource source, string folder, int? count = 32, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(videos);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (videos.Count == 0)
            throw new ArgumentException("There are no videos to take frames out of.", nameof(videos));
        if (count < 1)
            throw new ArgumentOutOfRangeException(nameof(count), count, "Expected 1 frame at least, or null for every one.");
        if (videos.GroupBy(NameOf, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } same)
            throw new ArgumentException($"{string.Join(" and ", same)} have the same name, which their frames' folder would have too; write them to two folders.", nameof(videos));
        var targets = videos.Select(video => Path.Combine(folder, NameOf(video))).ToArray();
        if (targets.FirstOrDefault(target => File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())) is { } taken)
            throw new IOException($"{taken}: there is something already; remove it or name another folder.");
        var (written, failed, done) = (0L, new List<string>(), 0L);
        foreach (var (frames, error) in WorkAhead.Run(videos.Zip(targets).Select<(string Video, string Target), Func<Outcome>>(item => () => WriteOne(item.Video, item.Target)), cancellation))
        {
            written += frames;
            if (error is not null)
                failed.Add(error);
            progress?.Report(++done);
        }
        return new FrameFilesReport(written, failed);

        Outcome WriteOne(string video, string target)
        {
            var frames = 0;
            using var reading = source.Read(video, count, cancellation).GetEnumerator();
            while (true)
            {
                try
                {
                    if (!reading.MoveNext())
                        return new Outcome(frames, frames == 0 ? $"{video}: the video has no frames." : null);
                }
                catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
                {
                    return new Outcome(frames, e.Message);
                }
                using var frame = reading.Current;
                Directory.CreateDirectory(target);
                frame.Image.Save(Path.Combine(target, $"frame-{frame.Index:D6}.png"));
                frames++;
            }
        }
    }

    private static string NameOf(string video) => Path.GetFileNameWithoutExtension(video);

    private sealed record Outcome(int Frames, string? Error);
}
