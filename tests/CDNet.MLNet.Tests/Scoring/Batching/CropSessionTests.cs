using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Batching;
using Google.Protobuf;

namespace CDNet.MLNet.Tests.Scoring.Batching;

/// <summary>On the library's own network, with a face of a drawn picture.</summary>
[TestClass]
public sealed class CropSessionTests
{
    private const int Threads = 4;

    [TestMethod]
    public void Calls_at_once_have_sessions_of_their_own_that_are_used_again_and_all_give_the_same()
    {
        using var folder = new TempFolder();
        using var model = CDNetModel.Load(MarkedModel.Write(folder.File("model.zip")));
        using var picture = PictureReader.Read(TestPictures.WriteLabeledSet(folder.Path, 1)[0].Path);
        var face = FaceCrops.Cut(PixelView.Of(picture), model.Detector.Detect(PixelView.Of(picture), model.CropOptions).Single(), model.CropOptions);
        using var session = new CropSession(model.Graph!.Build(ScorerGraph.Score).ToByteArray(), threads: 1);
        float Score() => session.Run([face], ScorerGraph.Score)[0][0];

        var alone = Enumerable.Range(0, 3).Select(_ => Score()).ToArray();
        Assert.AreEqual(1, session.Sessions);
        using var start = new Barrier(Threads);
        var together = new float[Threads];
        var threads = Enumerable.Range(0, Threads).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            for (var call = 0; call < 3; call++)
                together[i] = Score();
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.IsInRange(2, Threads, session.Sessions);
        CollectionAssert.AreEqual(Enumerable.Repeat(alone[0], 3 + Threads).ToArray(), alone.Concat(together).ToArray());
    }
}
