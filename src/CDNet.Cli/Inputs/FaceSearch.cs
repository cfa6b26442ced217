using CDNet.MLNet.Faces;
using CDNet.MLNet.Prepared;

namespace CDNet.Cli.Inputs;

/// <summary>What a command line asks for in finding faces; null where it leaves the default, or what a prepared set was made with.</summary>
/// <param name="Detector">Detector by name or file.</param>
/// <param name="MinConfidence">Confidence below which a detection is no face, 0 to 1.</param>
/// <param name="SecondLook">Side of the window of the second look, in sides of the box; 0 for none.</param>
/// <param name="TileSide">Side in pixels of the smallest windows that a picture is searched in.</param>
internal sealed record FaceSearch(string? Detector, float? MinConfidence, float? SecondLook, int? TileSide)
{
    /// <summary>The options, with the defaults where nothing is asked for.</summary>
    public FacePartCropOptions ToOptions() => ToChange()(new FacePartCropOptions { Detector = NamedInputs.Detector(null) });

    /// <summary>Makes of other options those with what is asked for. The detector is read at once, so that an error about it is one about it.</summary>
    public Func<FacePartCropOptions, FacePartCropOptions> ToChange()
    {
        var detector = Detector is null ? null : NamedInputs.Detector(Detector);
        return options => options with
        {
            Detector = detector ?? options.Detector,
            MinConfidence = MinConfidence ?? options.MinConfidence,
            SecondLook = SecondLook ?? options.SecondLook,
            TileSide = TileSide ?? options.TileSide,
        };
    }

    /// <summary>Checks that a set was made as it is asked for: its crops are made.</summary>
    /// <exception cref="ArgumentException">The set was made otherwise; the message says how.</exception>
    public void RequireOf(PreparedSet set)
    {
        var crops = set.CropOptions;
        if (Detector is not null && NamedInputs.Detector(Detector).Sha256 != crops.Detector!.Sha256)
            throw Other("detector", Detector, crops.Detector.Name);
        if (MinConfidence is { } confidence && confidence != crops.MinConfidence)
            throw Other("minimum confidence", confidence, crops.MinConfidence);
        if (SecondLook is { } look && look != crops.SecondLook)
            throw Other("second look", look, crops.SecondLook);
        if (TileSide is { } side && side != crops.TileSide)
            throw Other("side of the smallest windows", side, crops.TileSide);

        ArgumentException Other(string what, object asked, object made)
            => new($"The {what} is {asked}, but {set.Folder} was prepared with {made}; leave it out, or prepare the data anew.");
    }
}
