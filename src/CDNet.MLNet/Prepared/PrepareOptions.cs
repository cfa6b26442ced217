using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Prepared;

/// <summary>How pictures and videos become a prepared set.</summary>
public sealed record PrepareOptions
{
    /// <summary>How faces are found and cut out, with the detector. Default: <see cref="FaceDetectorModel.Default"/> and the geometry of the paper's authors.</summary>
    public FacePartCropOptions Crops { get; init; } = new();

    /// <summary>Frames of each video, spread evenly, 1 to 1,000,000; null for every one. Default: 32.</summary>
    public int? Frames { get; init; } = 32;

    /// <summary>How the crops are kept. Default: PNG, without loss.</summary>
    public CropEncoding Encoding { get; init; } = CropEncoding.Png;

    /// <summary>The share of the data to prepare. Default: all of it.</summary>
    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>
    /// Rows after which a part file ends with the source that is being read, 1 to 100,000. Default: 512, about 100 MB of PNG. What is interrupted loses no more
    /// than the part it was writing.
    /// </summary>
    public int PartRows { get; init; } = 512;

    /// <summary>Pictures that are worked on at once, 1 to 1,024. Default: as many as there are processors. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Takes frames out of videos; null where the data has none.</summary>
    public IFrameSource? Videos { get; init; }

    /// <summary>Told of the progress after each row.</summary>
    public IProgress<PrepareProgress>? Progress { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Crops);
        ArgumentNullException.ThrowIfNull(Shard);
        Crops.Validate();
        if (Frames is { } frames)
            Check.Range(frames, 1, 1_000_000, nameof(Frames));
        Check.Range(PartRows, 1, 100_000, nameof(PartRows));
        Check.Range(Threads, 1, 1024, nameof(Threads));
        if (!Enum.IsDefined(Encoding))
            throw new ArgumentOutOfRangeException(nameof(Encoding), Encoding, $"{nameof(Encoding)} is {Encoding}; expected Png or Jpeg.");
    }
}

/// <summary>How far a preparation is.</summary>
/// <param name="Share">Share of the work that is done, 0 to 1, with what earlier runs did.</param>
/// <param name="Rows">Rows that this run has made.</param>
/// <param name="RowsPerSecond">Speed of this run since its first row; NaN in the first second.</param>
/// <param name="TimeLeft">What is left at this run's speed; null in the first second.</param>
public sealed record PrepareProgress(double Share, long Rows, double RowsPerSecond, TimeSpan? TimeLeft);
