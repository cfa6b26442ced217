using System.Diagnostics;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Evaluation;
using CDNet.MLNet.Torch.Networks;
using Microsoft.Extensions.Logging;
using TorchSharp;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Trains the network in the paper's two stages (section 3.3): a fully connected head first, then the cluster loss.</summary>
internal sealed partial class TwoStageTrainer : IDisposable
{
    // Steps before the speed of a stage is believed.
    private const int WarmSteps = 5;

    private readonly CropCache _cache;
    private readonly TrainingSplit _split;
    private readonly SamFeatureOptions _options;
    private readonly TrainingClock _clock;
    private readonly Device _device;
    private readonly Random _order;
    private readonly Random _mirroring;
    private readonly FeatureNetwork _network;
    private readonly List<EpochReport> _epochs = [];

    public TwoStageTrainer(CropCache cache, TrainingSplit split, SamFeatureOptions options, Device device, ComputePrecision precision, TrainingClock clock)
    {
        (_cache, _split, _options, _device, _clock) = (cache, split, options, device, clock);
        var seeds = new Random(options.Seed);
        _order = new Random(seeds.Next());
        _mirroring = new Random(seeds.Next());
        _network = NetworkRegistry.Find(options.Network, nameof(options.Network)).Create(precision, new Random(seeds.Next()));
        var (mean, deviation) = AmplitudeStatistics.Of(cache, split.Training);
        _network.SetAmplitudeStatistics(mean, deviation);
        _network.to(device);
        ChannelsLast.ApplyToKernels(_network);
    }

    /// <summary>The network as it stands.</summary>
    public FeatureNetwork Network => _network;

    /// <summary>Every epoch so far.</summary>
    public IReadOnlyList<EpochReport> Epochs => _epochs;

    /// <summary>Stage 1: binary cross entropy on the head's logits. Leaves the weights of the best epoch.</summary>
    public EpochReport TrainStage1()
    {
        var stage = new Stage(
            Number: 1,
            _options.EpochsStage1,
            _options.LearningRate,
            Step: (features, labels) => (_network.HeadLoss(features, labels), features.shape[0]),
            AfterStep: static (_, _) => { },
            Scores: features => _network.Logits(features));
        using var best = new BestEpoch();
        RunEpochs(stage, best, []);
        return best.Restore();
    }

    /// <summary>The means of both classes over the whole training set in evaluation mode (Eq. 1).</summary>
    public ClusterCentres ComputeCentres()
    {
        var means = new ClassMeans();
        var clock = Stopwatch.StartNew();
        foreach (var (batch, features) in Evaluate(_split.Training, static features => features))
        {
            for (var i = 0; i < batch.Count; i++)
                means.Add(features.AsSpan(i * _network.FeatureCount, _network.FeatureCount), batch.Labels[i] > 0);
            var rows = means.Fakes + means.Reals;
            Report(TrainingPhase.Centres, 0, (double)rows / _split.Training.Length, rows, double.NaN, clock.Elapsed);
        }
        _clock.NoteForward(_split.Training.Length, clock.Elapsed);
        return means.ToCentres();
    }

    /// <summary>Stage 2: the cluster loss from given centres. Leaves the weights of the best epoch, which may be the one before the first.</summary>
    /// <returns>The best epoch and the centres that belong to it.</returns>
    public (EpochReport Best, ClusterCentres Centres) TrainStage2(ClusterCentres centres)
    {
        using var fake = tensor(centres.Fake).to(_device);
        using var real = tensor(centres.Real).to(_device);
        var loss = new ClusterLoss(fake, real, _options);
        var stage = new Stage(
            Number: 2,
            _options.EpochsStage2,
            _options.LearningRateStage2,
            Step: loss.Compute,
            AfterStep: loss.MoveCentres,
            Scores: features => ScoresOf(features, loss));
        using var best = new BestEpoch();
        Tensor[] moving = [loss.FakeCentre, loss.RealCentre];
        Finish(stage, 0, double.NaN, 0, Stopwatch.StartNew(), best, moving);
        RunEpochs(stage, best, moving);
        var kept = best.Restore();
        var result = new ClusterCentres([.. loss.FakeCentre.cpu().data<float>()], [.. loss.RealCentre.cpu().data<float>()]);
        loss.FakeCentre.Dispose();
        loss.RealCentre.Dispose();
        return (kept, result);
    }

    public void Dispose() => _network.Dispose();

    /// <summary>What differs between the stages.</summary>
    /// <param name="Number">1 or 2.</param>
    /// <param name="Epochs">Epochs at most.</param>
    /// <param name="LearningRate">Adam's rate.</param>
    /// <param name="Step">Loss of features and labels, and how many rows have a gradient.</param>
    /// <param name="AfterStep">Called with features and labels after the optimiser's step.</param>
    /// <param name="Scores">Scores [N] of features; higher is more fake.</param>
    private sealed record Stage(
        int Number,
        int Epochs,
        double LearningRate,
        Func<Tensor, Tensor, (Tensor Loss, long Active)> Step,
        Action<Tensor, Tensor> AfterStep,
        Func<Tensor, Tensor> Scores)
    {
        public TrainingPhase Phase => Number == 1 ? TrainingPhase.Stage1 : TrainingPhase.Stage2;
    }

    private void RunEpochs(Stage stage, BestEpoch best, Tensor[] others)
    {
        using var optimizer = optim.Adam(_network.parameters(), stage.LearningRate);
        var run = new StageRun(stage.Epochs * (long)StepsPerEpoch, _clock.Elapsed);
        for (var epoch = 1; epoch <= stage.Epochs && !run.IsOver; epoch++)
        {
            var watch = Stopwatch.StartNew();
            var (loss, rows, active) = RunEpoch(stage, epoch, optimizer, run);
            if (rows == 0)
                break;
            Finish(stage, epoch, loss, rows, watch, best, others);
            if (stage.Number == 2 && active == 0)
            {
                LogSaturated(epoch);
                break;
            }
        }
    }

    private int StepsPerEpoch => (_split.Training.Length + _options.BatchSize - 1) / _options.BatchSize;

    private (double Loss, long Rows, long Active) RunEpoch(Stage stage, int epoch, optim.Optimizer optimizer, StageRun run)
    {
        var order = (int[])_split.Training.Clone();
        _order.Shuffle(order);
        var (sum, rows, active) = (0.0, 0L, 0L);
        _network.train();
        foreach (var batch in BatchReader.Read(
            _cache, order, _options.BatchSize, isTraining: true, _options.HorizontalFlip ? _mirroring : null, _options.CancellationToken))
        {
            if (run.Steps >= WarmSteps)
            {
                run.Deadline = _clock.Deadline(
                    stage.Number, run.Start, run.RowsPerSecond(_clock.Elapsed), _split.Validation.Length + StatisticsRows, stage.Number == 1 ? BetweenRows : 0);
            }
            if (run.Deadline <= _clock.Elapsed)
            {
                run.IsOver = true;
                break;
            }
            SetLearningRate(optimizer, stage.LearningRate, run);
            var (loss, outside) = RunStep(stage, optimizer, batch);
            run.Note(batch.Count, _clock.Elapsed);
            sum += loss * batch.Count;
            rows += batch.Count;
            active += outside;
            Report(stage.Phase, epoch, run.Share(_clock.Elapsed), run.Rows, sum / rows, _clock.Elapsed - run.Start);
        }
        return (sum / rows, rows, active);
    }

    private (double Loss, long Active) RunStep(Stage stage, optim.Optimizer optimizer, CropBatch batch)
    {
        using var scope = NewDisposeScope();
        var (faces, parts, amplitudes, labels) = batch.ToTensors(_device);
        optimizer.zero_grad();
        var features = _network.Features(faces, parts, amplitudes);
        var (loss, active) = stage.Step(features, labels);
        var value = loss.item<float>();
        if (!float.IsFinite(value))
            throw new InvalidOperationException($"The loss of stage {stage.Number} is {value}. Lower the learning rate ({stage.LearningRate}).");
        loss.backward();
        optimizer.step();
        stage.AfterStep(features, labels);
        return (value, active);
    }

    private void SetLearningRate(optim.Optimizer optimizer, double rate, StageRun run)
    {
        if (_options.Schedule == LearningRateSchedule.Constant)
            return;
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = rate * run.WarmupCosine(_clock.Elapsed);
    }

    /// <summary>Ends an epoch: statistics, validation, and the weights kept where it is the best so far.</summary>
    private void Finish(Stage stage, int epoch, double loss, long rows, Stopwatch watch, BestEpoch best, Tensor[] others)
    {
        if (epoch > 0)
            MeasureBatchNorms();
        var auc = Validate(stage);
        var report = new EpochReport(stage.Number, epoch, loss, auc, rows, watch.Elapsed.TotalSeconds);
        _epochs.Add(report);
        best.Offer(report, () => new NetworkSnapshot(_network, others));
        LogEpoch(stage.Number, epoch, loss, auc, rows, watch.Elapsed.TotalSeconds);
        Report(stage.Phase, epoch, double.NaN, rows, loss, watch.Elapsed, auc);
    }

    private void MeasureBatchNorms()
    {
        var rows = (int[])_split.Training.Clone();
        // A source of its own: the order of the epochs must not depend on how often statistics are measured.
        new Random(_options.Seed).Shuffle(rows);
        var batches = BatchReader.Read(_cache, rows[..StatisticsRows], _options.BatchSize, isTraining: true, mirroring: null, _options.CancellationToken);
        BatchNormStatistics.Measure(_network, batches, _device);
    }

    private int StatisticsRows => (int)Math.Min((long)_options.BatchNormBatches * _options.BatchSize, _split.Training.Length);

    private long BetweenRows => _options.EpochsStage2 == 0 ? 0 : _split.Training.Length + _split.Validation.Length;

    private double Validate(Stage stage)
    {
        var (scores, labels) = (new List<float>(), new List<bool>());
        var watch = Stopwatch.StartNew();
        foreach (var (batch, values) in Evaluate(_split.Validation, stage.Scores))
        {
            scores.AddRange(values);
            labels.AddRange(batch.Labels.Select(label => label > 0));
        }
        if (scores.Count > 0)
            _clock.NoteForward(scores.Count, watch.Elapsed);
        if (!scores.All(float.IsFinite))
            throw new InvalidOperationException($"Stage {stage.Number} gives scores that are not finite. Lower the learning rate ({stage.LearningRate}).");
        return RankingMetrics.Auc(scores, labels);
    }

    private IEnumerable<(CropBatch Batch, float[] Values)> Evaluate(int[] rows, Func<Tensor, Tensor> map)
    {
        _network.eval();
        foreach (var batch in BatchReader.Read(_cache, rows, _options.BatchSize, isTraining: false, mirroring: null, _options.CancellationToken))
        {
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            var (faces, parts, amplitudes, _) = batch.ToTensors(_device);
            yield return (batch, [.. map(_network.Features(faces, parts, amplitudes)).cpu().contiguous().data<float>()]);
        }
    }

    private static Tensor ScoresOf(Tensor features, ClusterLoss loss)
    {
        var toFake = (features - loss.FakeCentre).square().sum(1);
        var toReal = (features - loss.RealCentre).square().sum(1);
        var sum = toFake + toReal;
        var least = ClusterDecision.LeastShare * sum;
        return sum / maximum(toFake, least) - sum / maximum(toReal, least);
    }

    private void Report(TrainingPhase phase, int epoch, double share, long rows, double loss, TimeSpan time, double auc = double.NaN)
    {
        if (_options.Progress is not { } progress)
            return;
        var speed = rows / Math.Max(time.TotalSeconds, 1e-3);
        TimeSpan? left = share > 0 ? time * ((1 - share) / share) : null;
        var last = double.IsNaN(auc) && _epochs.Count > 0 ? _epochs[^1].ValidationAuc : auc;
        progress.Report(new TrainingProgress(phase, epoch, share, rows, loss, last, speed, left));
    }

    private void LogEpoch(int stage, int epoch, double loss, double auc, long rows, double seconds)
    {
        if (_options.Logger is { } logger)
            Log.Epoch(logger, stage, epoch, loss, auc, rows, seconds);
    }

    private void LogSaturated(int epoch)
    {
        if (_options.Logger is { } logger)
            Log.Saturated(logger, epoch);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Stage {Stage}, epoch {Epoch}: loss {Loss:F4}, validation AUC {Auc:F4}, {Rows} rows in {Seconds:F0} s")]
        public static partial void Epoch(ILogger logger, int stage, int epoch, double loss, double auc, long rows, double seconds);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Stage 2 ends after epoch {Epoch}: every row is inside its margin, so the cluster loss is 0 and nothing moves")]
        public static partial void Saturated(ILogger logger, int epoch);
    }
}
