using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Tests.Scoring;

/// <summary>The library's own model with a detector that finds the faces of drawn pictures.</summary>
internal static class MarkedModel
{
    /// <summary>Writes the model.</summary>
    public static string Write(string path)
    {
        DetectorExchange.Write(CDNetModel.DefaultName, path, crops => crops with { Detector = MarkerDetector.Create() });
        return path;
    }
}
