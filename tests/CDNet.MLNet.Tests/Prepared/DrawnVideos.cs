using CDNet.MLNet.Data;

namespace CDNet.MLNet.Tests.Prepared;

/// <summary>Videos that are drawn while they are read: a text file <c>.vid</c> with a count of frames, then words: <c>noface</c>, <c>breaks</c>.</summary>
internal sealed class DrawnVideos : IFrameSource
{
    public IReadOnlyList<string> Extensions { get; } = [".vid"];

    public string Decoder { get; init; } = "";

    /// <summary>Called before each frame.</summary>
    public Action<int> OnFrame { get; init; } = _ => { };

    public IEnumerable<SourceFrame> Read(string path, int? count, CancellationToken cancellation)
    {
        if (Directory.Exists(path))
            throw new InvalidDataException($"{path}: a folder, not a video.");
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such file.", path);
        var words = File.ReadAllText(path).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            throw new InvalidDataException($"{path}: the file is empty.");
        var frames = int.Parse(words[0]);
        for (var frame = 0; frame < Math.Min(frames, count ?? frames); frame++)
        {
            cancellation.ThrowIfCancellationRequested();
            OnFrame(frame);
            using var bitmap = words.Contains("noface") ? TestPictures.Draw(96, 96, frame) : TestPictures.Draw(96, 96, frame, (48, 44, 15));
            yield return new SourceFrame(frame, TestPictures.ToImage(bitmap));
        }
        if (words.Contains("breaks"))
            throw new InvalidDataException($"{path}: breaks off.");
    }

    /// <summary>Writes a video.</summary>
    public static string Write(string path, int frames, string words = "")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"{frames} {words}");
        return path;
    }
}
