using System.Text.RegularExpressions;

namespace CDNet.MLNet.Data.Manifests;

/// <summary>Regular expressions that come from a file.</summary>
internal static class ManifestPattern
{
    // A pattern that backtracks without end stops at one file, not for ever.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <summary>An expression that must match the whole text.</summary>
    /// <exception cref="InvalidDataException">It is none; the message says where it stands and what is wrong.</exception>
    public static Regex Compile(string pattern, string where)
    {
        try
        {
            return new Regex($@"\A(?:{pattern})\z", RegexOptions.CultureInvariant, Timeout);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{where}: {e.Message}", e);
        }
    }

    /// <summary>The named groups of an expression.</summary>
    public static IReadOnlyList<string> NamedGroups(this Regex pattern) => [.. pattern.GetGroupNames().Where(name => !char.IsAsciiDigit(name[0]))];
}
