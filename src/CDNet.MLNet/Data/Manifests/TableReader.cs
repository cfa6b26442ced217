namespace CDNet.MLNet.Data.Manifests;

/// <summary>The tables of a download, each read once; says which of their rows have no file.</summary>
internal sealed class TableReader(string root)
{
    private readonly Dictionary<string, Known> _tables = new(StringComparer.Ordinal);

    private sealed class Known
    {
        public LabelTable? Table { get; init; }

        public string? Error { get; init; }

        public int FilesWithoutTable { get; set; }

        public HashSet<string> Seen { get; } = new(StringComparer.Ordinal);
    }

    /// <summary>Looks a file up.</summary>
    /// <param name="rule">How the table is read.</param>
    /// <param name="values">The values of the file's path.</param>
    /// <param name="facts">What the table says; null where it does not list the file.</param>
    /// <returns>False where the table itself cannot be read.</returns>
    public bool TryFind(TableRule rule, Func<string, string> values, out TableFacts? facts)
    {
        facts = null;
        var path = rule.File(values);
        if (!_tables.TryGetValue(path, out var known))
            _tables.Add(path, known = Read(Path.Combine(root, path), rule));
        if (known.Table is not { } table)
        {
            known.FilesWithoutTable++;
            return false;
        }
        var key = rule.Key(values);
        if (table.Rows.TryGetValue(key, out var row))
        {
            known.Seen.Add(key);
            facts = rule.Facts(row);
        }
        return true;
    }

    /// <summary>Tables that cannot be read, and rows without a file.</summary>
    public IEnumerable<ManifestProblem> Problems()
    {
        foreach (var (path, known) in _tables)
        {
            if (known.Error is { } error)
                yield return new ManifestProblem(ProblemKind.Unreadable, path, $"{error} {known.FilesWithoutTable:N0} files are left out for it.", known.FilesWithoutTable);
            foreach (var key in known.Table?.Rows.Keys.Where(key => !known.Seen.Contains(key)).Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())
                yield return new ManifestProblem(ProblemKind.Missing, key, $"listed in {path}, but not there");
        }
    }

    private static Known Read(string path, TableRule rule)
    {
        try
        {
            return new Known { Table = LabelTable.Read(path, rule) };
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return new Known { Error = e.Message };
        }
    }
}
