namespace CDNet.MLNet.Pipeline;

/// <summary>A folder for the temporary files of this process, removed when it exits.</summary>
/// <remarks>ML.NET's ONNX transformers read their model from a file for as long as they live, and nobody must dispose of a model.</remarks>
internal static class ProcessTempFolder
{
    private static readonly Lazy<string> Folder = new(Create);

    /// <summary>The folder; made at the first call.</summary>
    public static string Path => Folder.Value;

    private static string Create()
    {
        var folder = Directory.CreateTempSubdirectory("cdnet-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            try
            {
                folder.Delete(recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // On Windows a file that is still mapped stays; nothing depends on it.
            }
        };
        return folder.FullName;
    }
}
