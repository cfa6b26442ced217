using CDNet.MLNet.Sam;

namespace CDNet.MLNet.Torch.Training.Augmentation;

/// <summary>Changes the rows of one epoch: a function of the epoch's seed and the row, whichever batch or thread it comes in.</summary>
/// <param name="options">What may happen.</param>
/// <param name="amplitudes">Computes the amplitudes of rows whose pixels changed anew; null where nothing reads them.</param>
/// <param name="seed">The epoch.</param>
internal sealed class CropAugmenter(AugmentationOptions options, CropAmplitudes? amplitudes, EpochSeed seed)
{
    /// <summary>Whether pixels may change, and so whether a row takes noticeable time.</summary>
    public bool ChangesPixels => options.ChangesPixels;

    /// <summary>Changes a row in place.</summary>
    /// <param name="row">Its index in the cache.</param>
    /// <param name="sizes">Sizes of its crops.</param>
    /// <param name="face">The face.</param>
    /// <param name="parts">Right eye, left eye, nose and mouth, one behind the other.</param>
    /// <param name="values">The 640 amplitudes.</param>
    public void Apply(int row, CropSizes sizes, Span<byte> face, Span<byte> parts, Span<float> values)
    {
        var random = seed.ForRow(row);
        var plan = RowChanges.Draw(options, random);
        if (plan.IsMirrored)
            Mirroring.Apply(sizes, face, parts, values);
        // A part shows a third of the face crop.
        var resolution = sizes.PartSide / (sizes.FaceSide / 3.0);
        foreach (var drawn in plan.Changes)
        {
            var change = drawn.MeasuredOn(face);
            change.Apply(face, sizes.FaceSide, 1, random);
            for (var part = 0; part < SamSpec.Parts; part++)
                change.Apply(parts.Slice(part * sizes.PartBytes, sizes.PartBytes), sizes.PartSide, resolution, random);
        }
        // The mirror turns the sign of every second coefficient, which only signed averages show.
        if (amplitudes is not null && (plan.Changes.Count > 0 || (plan.IsMirrored && amplitudes.AreSigned)))
            amplitudes.Compute(face, parts, values);
    }
}
