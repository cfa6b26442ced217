namespace CDNet.Cli.Commands;

/// <summary>Whether this program came with libtorch. The .NET tool does not.</summary>
internal static class TrainingLibrary
{
    private const string Switch = "CDNet.Cli.HasTorch";

    /// <summary>Called first by commands that train.</summary>
    /// <exception cref="InvalidOperationException">The program came without libtorch; the message says where else to train.</exception>
    public static void Require()
    {
        if (AppContext.TryGetSwitch(Switch, out var isHere) && !isHere)
        {
            throw new InvalidOperationException(
                "The tool cdnet does not train: it comes without libtorch, which everything else does not need. Train from the source (in a clone: dotnet run --project src/CDNet.Cli -c Release -- "
                + "train ...), or in an application with the packages CDNet.MLNet.Torch and libtorch-cpu-linux-x64. The model zip that comes out is scored, calibrated and evaluated here.");
        }
    }
}
