namespace CDNet.MLNet.Data.Manifests;

/// <summary>What is wrong with an item of a download.</summary>
internal enum ProblemKind
{
    /// <summary>Expected by a list or a table, and not there.</summary>
    Missing,

    /// <summary>There, but empty, a folder, cut off or no video.</summary>
    Unreadable,

    /// <summary>Two places say different things of it.</summary>
    Contradictory,

    /// <summary>It should be on a list or in a table and is not.</summary>
    Unlisted,

    /// <summary>More files than there should be.</summary>
    Count,

    /// <summary>The same bytes under two names.</summary>
    Duplicate,
}

/// <summary>Something wrong with an item of a download.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">The path below the root.</param>
/// <param name="Reason">What was found and what was expected.</param>
/// <param name="Files">How many files it is about.</param>
internal sealed record ManifestProblem(ProblemKind Kind, string Path, string Reason, int Files = 1);
