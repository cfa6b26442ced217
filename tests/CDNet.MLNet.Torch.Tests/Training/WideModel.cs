using CDNet.MLNet.Networks;
using CDNet.MLNet.Sam;
using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Torch.Tests.Training;

/// <summary>The library's model with a last layer that reads every block, by drawn weights in the place of fitted ones.</summary>
internal static class WideModel
{
    /// <summary>Writes the model.</summary>
    public static string Write(string path)
    {
        using (var model = CDNetModel.LoadDefault())
        {
            if (model.IsWide)
                ModelSeal.Write(CDNetModel.DefaultName, path);
            else
                ModelWidening.Write(CDNetModel.DefaultName, path);
        }
        var random = new Random(6);
        SavedModelRewriter.WriteNetwork(path, path, network =>
            SavedNetwork.Store(SavedNetwork.Find(network.Graph, SamWidening.Weights)!, [.. Enumerable.Range(0, SamLayout.Beyond).Select(_ => (random.NextSingle() - 0.5f) / 1000)]));
        return path;
    }
}
