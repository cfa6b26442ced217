namespace CDNet.Cli.Commands;

/// <summary>How options name a CUDA device.</summary>
internal static class CudaDevice
{
    private const string Name = "cuda";

    /// <summary>The number of the device that <c>cuda</c> or <c>cuda:N</c> names; null for any other text.</summary>
    public static int? Parse(string device)
    {
        if (device == Name)
            return 0;
        return device.StartsWith(Name + ":", StringComparison.Ordinal) && int.TryParse(device[(Name.Length + 1)..], out var id) && id >= 0 ? id : null;
    }
}
