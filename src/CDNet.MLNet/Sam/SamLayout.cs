using CDNet.MLNet.Networks;

namespace CDNet.MLNet.Sam;

/// <summary>Where what the networks and the amplitudes say of each crop stands in the vector that the last layer reads.</summary>
/// <param name="IsWide">Whether the last layer reads every block too (<see cref="SamWidening"/>).</param>
internal sealed record SamLayout(bool IsWide)
{
    /// <summary>The paper's: what the concatenated vector has and no more.</summary>
    public static SamLayout Narrow { get; } = new(IsWide: false);

    /// <summary>With what every block of the networks shows behind it, crop by crop.</summary>
    public static SamLayout Wide { get; } = new(IsWide: true);

    /// <summary>Numbers that the blocks of the face's network show.</summary>
    public static int FaceStatistics { get; } = Statistics(SamSpec.Face);

    /// <summary>Numbers that the blocks of the parts' network show of one part.</summary>
    public static int PartStatistics { get; } = Statistics(SamSpec.Part);

    /// <summary>Numbers that a wide vector has beyond the paper's: 11,008.</summary>
    public static int Beyond { get; } = FaceStatistics + SamSpec.Parts * PartStatistics;

    /// <summary>Numbers of the vector: 1,920, or 12,928.</summary>
    public int Length => SamSpec.Concatenated + (IsWide ? Beyond : 0);

    /// <summary>The numbers that a network gave for a crop.</summary>
    /// <param name="crop">0 for the face, then the parts.</param>
    public IReadOnlyList<Range> SpatialSlots(int crop)
    {
        var narrow = crop == 0 ? 0..SamSpec.Face.Outputs : Slots(SamSpec.Face.Outputs + (crop - 1) * SamSpec.Part.Outputs, SamSpec.Part.Outputs);
        if (!IsWide)
            return [narrow];
        return [narrow, crop == 0 ? Slots(SamSpec.Concatenated, FaceStatistics) : Slots(SamSpec.Concatenated + FaceStatistics + (crop - 1) * PartStatistics, PartStatistics)];
    }

    /// <summary>The standardised amplitudes of a crop.</summary>
    /// <param name="crop">0 for the face, then the parts.</param>
    public static Range AmplitudeSlots(int crop) => Slots(SamSpec.Face.Outputs + SamSpec.Parts * SamSpec.Part.Outputs + crop * SamSpec.Amplitudes, SamSpec.Amplitudes);

    /// <summary>Numbers that the blocks of a network show of one picture: two for each channel of each block, and of the tail.</summary>
    private static int Statistics(BackboneSpec spec) => 2 * (spec.Blocks.Sum(block => block.Outputs) + spec.Outputs);

    private static Range Slots(int start, int length) => start..(start + length);
}
