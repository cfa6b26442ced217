namespace CDNet.MLNet.Networks;

/// <summary>One residual block of separable convolutions, as in Xception.</summary>
/// <param name="Inputs">Channels in.</param>
/// <param name="Outputs">Channels out.</param>
/// <param name="Repetitions">How many times ReLU, separable convolution 3x3 and batch norm follow each other.</param>
/// <param name="Stride">Above 1, a 3x3 max pooling with this stride ends the block.</param>
/// <param name="StartsWithRelu">False for the first block, whose input has just been through a ReLU.</param>
/// <param name="GrowsFirst">Whether the first convolution goes from the inputs to the outputs; otherwise the last one does.</param>
internal sealed record BlockSpec(int Inputs, int Outputs, int Repetitions, int Stride, bool StartsWithRelu = true, bool GrowsFirst = true)
{
    /// <summary>Whether the skip connection needs a convolution to match shapes.</summary>
    public bool HasSkipConvolution => Inputs != Outputs || Stride != 1;

    /// <summary>Channels into and out of the separable convolution of a repetition, counted from 0.</summary>
    public (int In, int Out) Channels(int repetition)
    {
        var growing = GrowsFirst ? 0 : Repetitions - 1;
        return (repetition <= growing ? Inputs : Outputs, repetition < growing ? Inputs : Outputs);
    }
}

/// <summary>An Xception-like network from an RGB picture to a vector.</summary>
/// <remarks>Stem: 3x3 convolution with stride 2, then 3x3 without padding; then the blocks; then separable convolutions and the mean over the picture.</remarks>
/// <param name="Name">Prefix of the names of its weights.</param>
/// <param name="StemChannels">Channels after the first convolution.</param>
/// <param name="StemPadding">Pixels of zeros around the picture for the first convolution.</param>
/// <param name="Blocks">The residual blocks; the first one's inputs are the stem's outputs.</param>
/// <param name="Tail">Channels after each separable convolution behind the blocks, at least one.</param>
internal sealed record BackboneSpec(string Name, int StemChannels, int StemPadding, IReadOnlyList<BlockSpec> Blocks, IReadOnlyList<int> Tail)
{
    /// <summary>Smallest picture side that leaves at least one pixel everywhere.</summary>
    public const int MinSide = 16;

    /// <summary>Channels into the blocks.</summary>
    public int StemOutputs => Blocks[0].Inputs;

    /// <summary>Length of the vector.</summary>
    public int Outputs => Tail[^1];

    /// <summary>Channels into a separable convolution of the tail, counted from 0.</summary>
    public int TailInputs(int index) => index == 0 ? Blocks[^1].Outputs : Tail[index - 1];

    /// <summary>Multiplications with additions that one picture costs in the convolutions.</summary>
    /// <param name="side">Side of the picture in pixels.</param>
    public long MultiplyAdds(int side)
    {
        static long Separable(long pixels, int inputs, int outputs) => pixels * inputs * (9 + outputs);
        var stem = (side + 2L * StemPadding - 3) / 2 + 1;
        var size = stem - 2;
        var sum = 27 * StemChannels * stem * stem + 9L * StemChannels * StemOutputs * size * size;
        foreach (var block in Blocks)
        {
            for (var i = 0; i < block.Repetitions; i++)
                sum += Separable(size * size, block.Channels(i).In, block.Channels(i).Out);
            size = (size - 1) / block.Stride + 1;
            if (block.HasSkipConvolution)
                sum += size * size * block.Inputs * block.Outputs;
        }
        for (var i = 0; i < Tail.Count; i++)
            sum += Separable(size * size, TailInputs(i), Tail[i]);
        return sum;
    }
}
