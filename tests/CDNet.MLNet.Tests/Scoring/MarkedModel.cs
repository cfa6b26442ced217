using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Tests.Scoring;

/// <summary>The library's own model with a detector that finds the faces of drawn pictures.</summary>
internal static class MarkedModel
{
    /// <summary>Writes the model.</summary>
    public static string Write(string path)
    {
        using (var resource = CDNetModel.OpenDefault())
        using (var file = File.Create(path))
            resource.CopyTo(file);
        DetectorExchange.Write(path, MarkerDetector.Create(), path);
        return path;
    }
}
