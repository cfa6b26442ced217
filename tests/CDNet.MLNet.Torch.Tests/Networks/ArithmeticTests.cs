using System.Collections.Concurrent;
using CDNet.MLNet.Torch.Networks;
using CDNet.MLNet.Torch.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Tests.Networks;

[TestClass]
public sealed class ArithmeticTests
{
    [TestMethod]
    public void Sum_and_opposite_by_hand()
    {
        var x = tensor(new[] { 0f, 0.25f, 1f });

        CollectionAssert.AreEqual(new[] { 1f, 2.25f, 4f }, x.Plus(tensor(new[] { 1f, 2f, 3f })).data<float>().ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 0.75f, 0f }, x.Opposite().data<float>().ToArray());
    }

    /// <summary>TorchSharp's own sums fail so about once in ten seconds on two cores: a run in two or three sees a step back.</summary>
    [TestMethod]
    public void Regression_a_number_of_a_sum_a_step_or_a_batch_norm_was_freed_while_libtorch_read_it()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(4));
        var failures = new ConcurrentBag<string>();
        void Work(Action round)
        {
            try
            {
                while (!stop.IsCancellationRequested)
                    round();
            }
            catch (Exception e)
            {
                failures.Add(e.Message);
            }
        }
        Thread Worker() => new(() =>
        {
            using var x = ones(4);
            using var weights = new Parameter(zeros(4));
            using var optimizer = new AdamOptimizer([weights], rate: 1e-3);
            using var norm = BatchNorms.Of(2);
            using var picture = rand(2, 2, 3, 3);
            Work(() =>
            {
                using var scope = NewDisposeScope();
                var before = weights.data<float>()[0];
                optimizer.ZeroGradients();
                weights.sum().backward();
                optimizer.Step();
                // The gradient is always 1, so every step is the rate.
                Assert.AreEqual(1e-3f, before - weights.data<float>()[0], 1e-4f);
                Assert.AreEqual(2f, x.Plus(x).data<float>()[0]);
                norm.call(picture);
            });
        });
        Thread Collector() => new(() => Work(() => GC.Collect(0)));
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => Worker()), .. Enumerable.Range(0, 2).Select(_ => Collector())];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();

        Assert.IsEmpty(failures, failures.FirstOrDefault());
    }
}
