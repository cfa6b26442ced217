using CDNet.MLNet.Scoring;
using CDNet.MLNet.Torch.Networks;
using CDNet.MLNet.Torch.Tests.Networks;
using CDNet.MLNet.Torch.Training;
using CDNet.MLNet.Torch.Training.Checkpoints;
using Microsoft.ML;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Tests.Training;

/// <summary>What of a model that a training goes on from stays as it is on demand: its last layer, the statistics of its batch norms.</summary>
[TestClass]
public sealed class FrozenLayersTests
{
    [TestMethod]
    [DataRow(1, false)]
    [DataRow(1, true)]
    [DataRow(0, false)]
    [DataRow(0, true)]
    public void Frozen_layers_are_after_a_step_what_they_were_before_and_the_others_are_not(double projectionRate, bool freezesBatchNorms)
    {
        using var folder = new TempFolder();
        using var stop = new CancellationTokenSource();
        var options = SmallCrops.Options() with
        {
            StartFrom = CDNetModel.DefaultName, ProjectionRate = projectionRate, FreezeBatchNorms = freezesBatchNorms, ClusterLoss = ClusterLossForm.Logistic, EpochsStage1 = 0,
            CheckpointFolder = folder.Path, Progress = new StopAfterStep(stop), CancellationToken = stop.Token,
        };

        Assert.Throws<OperationCanceledException>(() => new MLContext(1).Transforms.SamFeatures(options).Fit(SmallCrops.Data(32)));

        // What was the best so far is the model as it was before the first step.
        var tensors = Safetensors.Read(Path.Combine(folder.Path, CheckpointStore.FileName)).Tensors;
        bool IsKept(Func<string, bool> which)
        {
            string[] names = [.. tensors.Keys.Where(name => name.StartsWith("now.network.", StringComparison.Ordinal) && which(name))];
            Assert.AreNotEqual(0, names.Length);
            return names.All(name => tensors[name].equal(tensors["best." + name["now.".Length..]]).all().item<bool>());
        }
        Assert.AreEqual(projectionRate == 0, IsKept(name => name.Contains(".projection.", StringComparison.Ordinal)));
        Assert.AreEqual(freezesBatchNorms, IsKept(name => name.Contains("running_", StringComparison.Ordinal)));
        Assert.IsFalse(IsKept(name => name.EndsWith("stem1_norm.weight", StringComparison.Ordinal)));
        foreach (var tensor in tensors.Values)
            tensor.Dispose();
    }

    [TestMethod]
    public void Frozen_batch_norms_compute_in_a_step_what_they_do_in_evaluation()
    {
        using var network = new SamNetwork(NetworkSamples.Full, new Random(4));
        NetworkSamples.Scramble(network);
        var (faces, parts, amplitudes) = NetworkSamples.Inputs(6, 48, 16);
        using var guard = no_grad();
        float[] Features() => network.Features(faces, parts, amplitudes).data<float>().ToArray();
        network.eval();
        var before = Features();

        network.train();
        BatchNormStatistics.Freeze(network);
        var stepping = Features();

        CollectionAssert.AreEqual(before, stepping);
    }

    [TestMethod]
    public void What_is_not_there_cannot_be_frozen()
    {
        var options = SmallCrops.Options() with { FreezeBatchNorms = true };
        StringAssert.Contains(Assert.Throws<ArgumentException>(options.Validate).Message, "FreezeBatchNorms is set, but StartFrom names no model");
        options = SmallCrops.Options() with { Network = "xception", ProjectionRate = 0.1 };

        var error = Assert.Throws<ArgumentException>(() => new MLContext(1).Transforms.SamFeatures(options).Fit(SmallCrops.Data(32)));

        StringAssert.Contains(error.Message, "ProjectionRate is 0.1, but the network xception has no last layer");
        StringAssert.Contains(Assert.Throws<ArgumentException>((options with { ProjectionRate = 1.5 }).Validate).Message, "ProjectionRate");
    }

    private sealed class StopAfterStep(CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value is { Phase: TrainingPhase.Stage2, Epoch: > 0 })
                stop.Cancel();
        }
    }
}
