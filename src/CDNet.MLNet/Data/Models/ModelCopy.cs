namespace CDNet.MLNet.Data.Models;

/// <summary>Takes a model file that was fetched some other way.</summary>
internal static class ModelCopy
{
    /// <summary>Copies a file to its place, if it is the right one.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is another file; the message says how one sees that.</exception>
    public static void Take(ModelManifest manifest, string source, string target)
    {
        if (!File.Exists(source))
            throw new FileNotFoundException($"{source}: no such file.", source);
        if (Path.GetFullPath(source) == Path.GetFullPath(target))
            throw new InvalidDataException($"{source}: this is no {manifest.Name}, {ModelStore.Fault(source, manifest)}.");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
        WholeFile.Write(target, $"{target}.{Environment.ProcessId}.partial", partial =>
        {
            File.Copy(source, partial, overwrite: true);
            // The copy is checked, not the original: that is what will be used.
            if (ModelStore.Fault(partial, manifest) is { } fault)
                throw new InvalidDataException($"{source}: this is no {manifest.Name}, {fault}.");
        });
    }
}
