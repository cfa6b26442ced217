using CDNet.MLNet.Pipeline;
using Microsoft.ML;

namespace CDNet.MLNet.Frequency;

/// <summary>How DCT coefficients become 128 amplitudes.</summary>
public sealed record DctAmplitudeOptions
{
    /// <summary>Image column and amplitude column of each image. Default: the five crops of CropFaceParts.</summary>
    public IReadOnlyList<InputOutputColumnPair> Columns { get; init; } =
        [.. FaceColumns.Crops.Zip(FaceColumns.Amplitudes, (crop, amplitude) => new InputOutputColumnPair(amplitude, crop))];

    /// <summary>Which coefficients make each amplitude. Default: <see cref="DctBandLayout.Diagonal"/>.</summary>
    public DctBandLayout Bands { get; init; } = DctBandLayout.Diagonal;

    /// <summary>Whether an amplitude a is given as log(1 + a), so that the lowest bands do not drown the others. Default: true.</summary>
    public bool Logarithmic { get; init; } = true;

    /// <summary>Whether the signed coefficients are averaged, as the paper's authors did, instead of their absolute values. Needs <see cref="Logarithmic"/> false. Default: false.</summary>
    public bool AverageSigned { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range or contradicts another; the message names it.</exception>
    public void Validate()
    {
        if (Columns.Count == 0)
            throw new ArgumentException("Columns is empty; expected at least one pair of an image column and an amplitude column.", nameof(Columns));
        if (Columns.Select(pair => pair.OutputColumnName).Distinct().Count() != Columns.Count)
            throw new ArgumentException("Columns names an output column twice.", nameof(Columns));
        if (!Enum.IsDefined(Bands))
            throw new ArgumentOutOfRangeException(nameof(Bands), Bands, $"Bands is {Bands}; expected Diagonal or Zigzag.");
        if (AverageSigned && Logarithmic)
            throw new ArgumentException("AverageSigned is true and Logarithmic is true; signed averages have no logarithm. Set Logarithmic to false.", nameof(AverageSigned));
    }
}
