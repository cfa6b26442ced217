namespace CDNet.MLNet.Data.Manifests;

/// <summary>Files of one kind: what was found and what there should be.</summary>
/// <param name="Name">The rule's name.</param>
/// <param name="Split">The split; empty where the data has none.</param>
/// <param name="IsFake">The label.</param>
/// <param name="Method">How they were faked; empty for real ones.</param>
/// <param name="Found">Files that are there and look whole.</param>
/// <param name="Missing">Files that the official lists name and that are not there.</param>
/// <param name="Unreadable">Files that are there and are no whole video or picture.</param>
internal sealed record ManifestCheckRow(string Name, string Split, bool IsFake, string Method, int Found, int Missing, int Unreadable);

/// <summary>What the comparison of a download with its manifest gave.</summary>
/// <param name="Rows">Files by kind, split and label.</param>
/// <param name="Problems">Each problem, by kind and path.</param>
/// <param name="Notes">What is remarkable but no error.</param>
/// <param name="Others">Files in the folder that do not belong to the data.</param>
internal sealed record ManifestCheckReport(
    IReadOnlyList<ManifestCheckRow> Rows, IReadOnlyList<ManifestProblem> Problems, IReadOnlyList<string> Notes, IReadOnlyList<string> Others)
{
    /// <summary>Whether something must be done: a mere duplicate is no error.</summary>
    public bool IsGood => Problems.All(problem => problem.Kind == ProblemKind.Duplicate);

    /// <summary>Files that look whole.</summary>
    public int Found => Rows.Sum(row => row.Found);

    /// <summary>Files with a problem of a kind. Missing are those that a list or a table names, and as many as a count lacks.</summary>
    public int Count(ProblemKind kind) => Problems.Where(problem => problem.Kind == kind).Sum(problem => problem.Files);
}

/// <summary>Compares a download with its manifest.</summary>
internal sealed class ManifestCheck
{
    private readonly DataManifest _manifest;
    private readonly ManifestListing _listing;
    private readonly List<ManifestProblem> _problems;
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Split, bool IsFake, string Method, string Path)> _missing = [];
    private readonly List<string> _notes = [];

    private ManifestCheck(DataManifest manifest, ManifestListing listing)
        => (_manifest, _listing, _problems) = (manifest, listing, [.. listing.Problems]);

    /// <summary>Compares.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="root">The folder of the download.</param>
    /// <param name="probe">Looks deeper into a file that looks whole, and says what is wrong with it; null where nothing is. Default: no deeper look.</param>
    /// <param name="progress">Told how many files of how many are done.</param>
    /// <param name="cancellation">Stops the check.</param>
    /// <exception cref="IOException">There is no such folder, or it lacks a list that belongs to it.</exception>
    /// <exception cref="InvalidDataException">No file in the folder belongs to the data, or a list is damaged.</exception>
    public static ManifestCheckReport Run(
        DataManifest manifest, string root, Func<string, string?>? probe = null, Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        var check = new ManifestCheck(manifest, ManifestLister.List(manifest, root, cancellation));
        check.Examine(probe, progress, cancellation);
        check.FindMissing();
        check.CompareCounts();
        check._problems.AddRange(DuplicateFiles.Find(check._listing.Files.Where(file => !check._unreadable.Contains(file.Path)), cancellation).Select(DuplicateFiles.Judge));
        return new ManifestCheckReport(
            [.. check.Rows()], [.. check._problems.OrderBy(problem => problem.Kind).ThenBy(problem => problem.Path, StringComparer.Ordinal)], check._notes, check._listing.Others);
    }

    private void Examine(Func<string, string?>? probe, Action<int, int>? progress, CancellationToken cancellation)
    {
        var done = 0;
        foreach (var file in _listing.Files)
        {
            cancellation.ThrowIfCancellationRequested();
            if ((MediaFile.Fault(file.FullPath) ?? probe?.Invoke(file.FullPath)) is { } fault)
            {
                _unreadable.Add(file.Path);
                _problems.Add(new ManifestProblem(ProblemKind.Unreadable, file.Path, fault));
            }
            progress?.Invoke(++done, _listing.Files.Count);
        }
    }

    /// <summary>Files that the split lists name and that are not there.</summary>
    private void FindMissing()
    {
        if (_manifest.Lists is not { } lists)
            return;
        var there = _listing.Files.Select(file => file.Path).Concat(_listing.Problems.Select(problem => problem.Path)).ToHashSet(StringComparer.Ordinal);
        foreach (var rule in _manifest.Rules.Where(rule => !IsLeftOut(rule)))
        {
            foreach (var (path, split) in rule.Expected(lists.Entries).Where(expected => !there.Contains(expected.Path)))
            {
                var values = rule.Take(path)!;
                var isFake = rule.Label(values) == "fake";
                _missing.Add((rule.Name, split, isFake, isFake ? rule.Method(values) : "", path));
                _problems.Add(new ManifestProblem(ProblemKind.Missing, path, $"in {split} by the official list, but not there"));
            }
        }
    }

    /// <summary>Files that the counts make one expect beyond those that lists name.</summary>
    private void CompareCounts()
    {
        foreach (var rule in _manifest.Rules)
        {
            if (IsLeftOut(rule))
            {
                _notes.Add($"{rule.Name}: not downloaded, which this data set allows.");
                continue;
            }
            var counts = rule.CountBySplit.Select(count => (Split: (string?)count.Key, count.Value));
            foreach (var (split, expected) in rule.Count is { } all ? counts.Append((Split: null, all)) : counts)
                Compare(rule, split, expected);
        }
    }

    private void Compare(ManifestRule rule, string? split, int expected)
    {
        var found = _listing.Files.Count(file => file.Rule == rule && (split is null || file.Split == split));
        var named = _missing.Count(file => file.Name == rule.Name && (split is null || file.Split == split));
        var where = $"{rule.Name}{(split is null ? "" : $", {split}")}";
        if (found + named == expected)
            return;
        if (rule.IsApproximate)
            _notes.Add($"{where}: {found:N0} files; about {expected:N0} are known of.");
        else if (found > expected)
            _problems.Add(new ManifestProblem(ProblemKind.Count, where, $"{found:N0} files, {found - expected:N0} more than the {expected:N0} of the data set", found - expected));
        else if (found + named < expected)
            _problems.Add(new ManifestProblem(ProblemKind.Missing, where, $"{found:N0} of {expected:N0} files{(named > 0 ? $"; {named:N0} of those missing are named" : "")}", expected - found - named));
    }

    private bool IsLeftOut(ManifestRule rule) => rule.IsOptional && !_listing.Files.Any(file => file.Rule == rule);

    private IEnumerable<ManifestCheckRow> Rows()
    {
        var found = _listing.Files.Select(file => (Key: (file.Rule.Name, file.Split, file.IsFake, file.Method), State: _unreadable.Contains(file.Path) ? 2 : 0));
        var missing = _missing.Select(file => (Key: (file.Name, file.Split, file.IsFake, file.Method), State: 1));
        return from item in found.Concat(missing)
               group item.State by item.Key into states
               orderby _manifest.Rules.ToList().FindIndex(rule => rule.Name == states.Key.Name), states.Key.Split, states.Key.IsFake, states.Key.Method
               select new ManifestCheckRow(
                   states.Key.Name, states.Key.Split, states.Key.IsFake, states.Key.Method,
                   states.Count(state => state == 0), states.Count(state => state == 1), states.Count(state => state == 2));
    }
}
