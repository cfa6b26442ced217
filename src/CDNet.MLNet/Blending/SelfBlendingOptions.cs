using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Blending;

/// <summary>How fakes are made of real pictures (<see cref="SelfBlendedSet"/>).</summary>
public sealed record SelfBlendingOptions
{
    /// <summary>Seed of everything that is drawn. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Quality of the JPEG files that are written, of the real pictures and of the fakes alike, 1 to 100. Default: 95.</summary>
    public int JpegQuality { get; init; } = 95;

    /// <summary>How faces are found. Default: the library's detector.</summary>
    public FacePartCropOptions Faces { get; init; } = new();

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        Check.Range(JpegQuality, 1, 100, nameof(JpegQuality));
        ArgumentNullException.ThrowIfNull(Faces);
        Faces.Validate();
    }
}
