using CDNet.MLNet.Torch;

namespace CDNet.Cli.Inputs;

/// <summary>The names of the presets of augmentation on the command line and in experiments.</summary>
internal static class AugmentationNames
{
    /// <summary>The name of the default.</summary>
    public const string Default = "flip";

    private static readonly Dictionary<string, AugmentationOptions> Presets = new()
    {
        [Default] = AugmentationOptions.Flip, ["none"] = AugmentationOptions.None, ["paper"] = AugmentationOptions.Paper, ["robust"] = AugmentationOptions.Robust,
        ["shared"] = AugmentationOptions.Shared, ["moved"] = AugmentationOptions.Moved,
    };

    /// <summary>All names, the default first.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Presets.Keys];

    /// <summary>The preset of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the names.</exception>
    public static AugmentationOptions Find(string name)
        => Presets.GetValueOrDefault(name) ?? throw new ArgumentException($"Augmentation is {name}; expected one of {string.Join(", ", All)}.", nameof(name));
}
