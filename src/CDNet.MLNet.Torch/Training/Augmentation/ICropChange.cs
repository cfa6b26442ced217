namespace CDNet.MLNet.Torch.Training.Augmentation;

/// <summary>A change of the pixels of a row's five crops, with its strength drawn already.</summary>
internal interface ICropChange
{
    /// <summary>Changes one crop in place.</summary>
    /// <param name="planes">3 x side x side bytes: the red, green and blue planes.</param>
    /// <param name="side">Side in pixels.</param>
    /// <param name="resolution">Pixels that the crop has for a pixel of the face crop: 1 for the face, less for the coarser parts.</param>
    /// <param name="random">Source for what differs from pixel to pixel.</param>
    void Apply(Span<byte> planes, int side, double resolution, Random random);

    /// <summary>The change with what it takes from the face crop and applies to all five; itself where that is nothing.</summary>
    ICropChange MeasuredOn(ReadOnlySpan<byte> face) => this;
}
