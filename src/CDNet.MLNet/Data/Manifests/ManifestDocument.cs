namespace CDNet.MLNet.Data.Manifests;

/// <summary>How one asks the owners of a data set for it.</summary>
/// <param name="Page">The owners' page.</param>
/// <param name="Request">What to do to get the data.</param>
/// <param name="Terms">What one may do with it.</param>
public sealed record ManifestAccess(string Page, string Request, string Terms);

// The JSON as it is written. DataManifest checks it and makes it ready for use.

/// <summary>A manifest file.</summary>
/// <param name="Name">The name it is found by; that of its file.</param>
/// <param name="Title">What a person calls the data set.</param>
/// <param name="Access">How to get it.</param>
/// <param name="Rules">Which files belong to it and what is known of each.</param>
/// <param name="Splits">Which official split applies, if there is one.</param>
/// <param name="Notes">What a user should know: choices, doubts, where facts come from.</param>
internal sealed record ManifestDocument(
    string Name, string Title, ManifestAccess Access, IReadOnlyList<RuleDocument> Rules, SplitsDocument? Splits = null, IReadOnlyList<string>? Notes = null);

/// <summary>Files of one kind. Templates take <c>${path}</c>, <c>${folder}</c>, <c>${file}</c> and the named groups of the pattern.</summary>
/// <param name="Name">What reports call these files.</param>
/// <param name="Pattern">A regular expression that a whole path below the root must match; folders are parted by <c>/</c>.</param>
/// <param name="Label">A template that gives real or fake; null where a table says it.</param>
/// <param name="Method">A template: how fakes were made. Real files have none.</param>
/// <param name="Split">A template: the split, where the path tells it.</param>
/// <param name="Source">A template: the source video; <c>${group}</c> is the group on the split list. Default: the path.</param>
/// <param name="Keys">Templates: what the split lists are asked for. All must be in one group.</param>
/// <param name="Table">A file in the download that has labels.</param>
/// <param name="Expect">A template of the paths that the split lists make one expect: <c>${member}</c>, <c>${other}</c> (each other member of the group).</param>
/// <param name="Count">Files to expect.</param>
/// <param name="CountBySplit">Files to expect in a split.</param>
/// <param name="IsApproximate">Whether the counts are known only about, so that a difference is no error.</param>
/// <param name="IsOptional">Whether a download may do without these files altogether.</param>
internal sealed record RuleDocument(
    string Name, string Pattern, string? Label = null, string? Method = null, string? Split = null, string? Source = null, IReadOnlyList<string>? Keys = null,
    TableDocument? Table = null, string? Expect = null, int? Count = null, IReadOnlyDictionary<string, int>? CountBySplit = null,
    bool IsApproximate = false, bool IsOptional = false);

/// <summary>A JSON object of objects, or a CSV with a header, that says what is known of files.</summary>
/// <param name="File">A template: its path below the root. The ending says which of the two it is.</param>
/// <param name="Key">A template: what a file is called in it.</param>
/// <param name="LabelColumn">The column (the property) with the label.</param>
/// <param name="Real">Values that mean real, in any case of letters.</param>
/// <param name="Fake">Values that mean fake.</param>
/// <param name="KeyColumn">The column with the key; of a JSON object the key is the name of the property.</param>
/// <param name="SourceColumn">The column with the source video; empty or absent for a source itself.</param>
/// <param name="SplitColumn">The column with the split.</param>
/// <param name="MethodColumn">The column with the method.</param>
/// <param name="VideoColumn">The column with the video whose frame a picture is.</param>
/// <param name="IsComplete">Whether a file that it does not list is an error; otherwise such a file does not belong to the data.</param>
internal sealed record TableDocument(
    string File, string Key, string LabelColumn, IReadOnlyList<string> Real, IReadOnlyList<string> Fake, string? KeyColumn = null, string? SourceColumn = null,
    string? SplitColumn = null, string? MethodColumn = null, string? VideoColumn = null, bool IsComplete = false);

/// <summary>Where the official split is written.</summary>
/// <param name="File">A file of lists, relative to the manifest.</param>
/// <param name="Downloaded">A list that comes with the download.</param>
/// <param name="Others">The split of files on none of the lists; null where every file must be on one.</param>
internal sealed record SplitsDocument(string? File = null, DownloadedListDocument? Downloaded = null, string? Others = null);

/// <summary>A text file in the download, one file of the data a line.</summary>
/// <param name="File">Its path below the root.</param>
/// <param name="Split">The split that it lists.</param>
/// <param name="Line">A regular expression with the groups <c>key</c> and <c>label</c>.</param>
/// <param name="Real">Labels that mean real.</param>
/// <param name="Fake">Labels that mean fake.</param>
internal sealed record DownloadedListDocument(string File, string Split, string Line, IReadOnlyList<string> Real, IReadOnlyList<string> Fake);

/// <summary>A file of split lists.</summary>
/// <param name="Origin">Where the lists come from.</param>
/// <param name="Splits">The list of each split.</param>
internal sealed record SplitFileDocument(string Origin, IReadOnlyDictionary<string, SplitListDocument> Splits);

/// <summary>One split: groups that belong together, or single members with their label.</summary>
internal sealed record SplitListDocument(
    IReadOnlyList<IReadOnlyList<string>>? Groups = null, IReadOnlyList<string>? Real = null, IReadOnlyList<string>? Fake = null);
