namespace CDNet.MLNet.Video;

/// <summary>What counts as a video file.</summary>
public static class VideoFile
{
    /// <summary>Endings of file names that folders are searched for, in lower case.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".wmv", ".flv", ".ts", ".3gp"];
}
