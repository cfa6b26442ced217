using System.Text.RegularExpressions;

namespace CDNet.MLNet.Data.Manifests;

/// <summary>A split list that comes with the download, ready to be read.</summary>
internal sealed record DownloadedList(string File, string Split, Regex Line, LabelValues Labels)
{
    /// <exception cref="InvalidDataException">The line is no regular expression or lacks a group.</exception>
    public static DownloadedList Of(DownloadedListDocument document, string where)
    {
        var line = ManifestPattern.Compile(document.Line, $"{where}.line");
        foreach (var group in new[] { "key", "label" })
        {
            if (!line.GetGroupNames().Contains(group))
                throw new InvalidDataException($"{where}.line: '{document.Line}' has no group (?<{group}>...).");
        }
        return new DownloadedList(document.File, document.Split, line, new LabelValues(document.Real, document.Fake, where));
    }
}
