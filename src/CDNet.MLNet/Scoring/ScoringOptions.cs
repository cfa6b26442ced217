using CDNet.MLNet.Data;

namespace CDNet.MLNet.Scoring;

/// <summary>What is scored of files, and how they are read.</summary>
public sealed record ScoringOptions
{
    /// <summary>What takes frames out of videos, for example CDNet.MLNet.Video's VideoFrameSource; the endings that it knows are videos. Default: none, every file is a picture.</summary>
    public IFrameSource? Videos { get; init; }

    /// <summary>Frames of each video, spread evenly, at least 1; null for every one. Default: 32, as in the paper (section 4.1).</summary>
    public int? Frames { get; init; } = 32;

    /// <summary>What happens to each picture before faces are looked for; boxes are in the pixels of the changed picture. Default: nothing.</summary>
    public PictureDegradation? Degradation { get; init; }

    /// <summary>Most faces of a picture or frame, at least 1; one with more fails instead of taking long. Default: null, any number.</summary>
    public int? MaxFaces { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        if (Frames is { } frames)
            ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1, nameof(Frames));
        if (MaxFaces is { } faces)
            ArgumentOutOfRangeException.ThrowIfLessThan(faces, 1, nameof(MaxFaces));
        Degradation?.Validate();
    }

    internal bool IsVideo(string path) => Videos?.Extensions.Contains(Path.GetExtension(path).ToLowerInvariant()) == true;
}
