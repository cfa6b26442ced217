using System.Security.Cryptography;
using System.Text;
using CDNet.MLNet.Data;

namespace CDNet.MLNet.Prepared;

/// <summary>What a shard consists of: the same for the same data and options, on any machine and with any number of threads.</summary>
/// <param name="Parts">The units of each part file, in the order of the data.</param>
/// <param name="Problems">What is wrong with the list itself and belongs to this shard.</param>
/// <param name="Fingerprint">SHA-256 of the units of this shard.</param>
/// <param name="DataFingerprint">SHA-256 of the units of all shards.</param>
/// <param name="HasVideos">Whether any shard has a video.</param>
internal sealed record PreparePlan(
    IReadOnlyList<IReadOnlyList<SourceUnit>> Parts, IReadOnlyList<PrepareProblem> Problems, string Fingerprint, string DataFingerprint, bool HasVideos)
{
    // What a video whose every frame is taken weighs before it is opened: about 300 frames of a compressed clip of 2 MB.
    private const int BytesAFrame = 8192;

    /// <summary>Plans a shard of labelled pictures and videos.</summary>
    public static PreparePlan Of(PictureSet set, PrepareOptions options)
    {
        var (units, problems) = Units(set, options);
        foreach (var skipped in set.Skipped)
            problems.Add(new PrepareProblem(Path.Exists(skipped.Item) ? Below(set.Root, skipped.Item) : skipped.Item, PrepareProblemKind.NotListed, skipped.Reason));
        var own = units.Where(unit => options.Shard.Has(unit.SourceVideo)).ToList();
        return new PreparePlan(
            Pack(own, options.PartRows),
            [.. problems.Where(problem => options.Shard.Has(problem.Path)).OrderBy(problem => problem.Path, StringComparer.Ordinal)],
            Hash(own), Hash(units), units.Exists(unit => unit.IsVideo));
    }

    private static (List<SourceUnit> Units, List<PrepareProblem> Problems) Units(PictureSet set, PrepareOptions options)
    {
        var (units, problems) = (new List<SourceUnit>(), new List<PrepareProblem>());
        var listed = set.Pictures.ToLookup(picture => Path.GetFullPath(picture.Path));
        // A lookup keeps the order in which its keys were first seen.
        foreach (var same in listed)
        {
            var first = same.First();
            var name = Below(set.Root, first.Path);
            var splits = same.Select(picture => picture.Split).Distinct().ToArray();
            if (same.Any(picture => picture.IsFake != first.IsFake))
                problems.Add(new PrepareProblem(name, PrepareProblemKind.Contradiction, "listed as real and as fake; left out"));
            else if (splits.Length > 1)
                problems.Add(new PrepareProblem(name, PrepareProblemKind.Contradiction, $"listed in the splits {string.Join(" and ", splits.Select(split => $"'{split}'"))}; left out"));
            else
                units.Add(ToUnit(first, name, set.Root, options));
            if (same.Count() is > 1 and var count && splits.Length == 1 && same.All(picture => picture.IsFake == first.IsFake))
                problems.Add(new PrepareProblem(name, PrepareProblemKind.Duplicate, $"listed {count} times; taken once"));
        }
        return (units, problems);
    }

    private static SourceUnit ToUnit(LabeledPicture picture, string name, string root, PrepareOptions options)
    {
        var isVideo = options.Videos?.Extensions.Contains(Path.GetExtension(picture.Path).ToLowerInvariant()) == true;
        return new SourceUnit(
            picture.Path, name, NameOf(picture.Video), NameOf(picture.SourceVideo), picture.Method, picture.Split, picture.IsFake, isVideo,
            isVideo ? options.Frames ?? FramesOf(picture.Path) : 1);

        // What the data calls a video is kept; a file that stands for its own video gets the name that is the same on every machine.
        string NameOf(string text) => text == picture.Path ? name : Path.IsPathFullyQualified(text) ? Below(root, text) : text;
    }

    private static int FramesOf(string path) => File.Exists(path) ? (int)Math.Clamp(new FileInfo(path).Length / BytesAFrame, 1, 1_000_000) : 1;

    /// <summary>A path below the root, with slashes; one that does not lie below it stays as it is.</summary>
    private static string Below(string root, string path)
    {
        var below = Path.GetRelativePath(root, path);
        return below.StartsWith("..", StringComparison.Ordinal) ? path : below.Replace(Path.DirectorySeparatorChar, '/');
    }

    private static List<IReadOnlyList<SourceUnit>> Pack(List<SourceUnit> units, int partRows)
    {
        var parts = new List<IReadOnlyList<SourceUnit>>();
        var (part, rows) = (new List<SourceUnit>(), 0L);
        foreach (var unit in units)
        {
            part.Add(unit);
            rows += unit.Weight;
            if (rows < partRows)
                continue;
            parts.Add(part);
            (part, rows) = ([], 0);
        }
        if (part.Count > 0)
            parts.Add(part);
        return parts;
    }

    private static string Hash(IEnumerable<SourceUnit> units)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var unit in units)
            hash.AppendData(Encoding.UTF8.GetBytes(unit.Identity + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
