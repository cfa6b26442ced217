using System.Diagnostics;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Scoring.Evidence;
using CDNet.MLNet.Torch.Networks;
using CDNet.MLNet.Torch.Training.Augmentation;
using CDNet.MLNet.Torch.Training.Checkpoints;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Trains the network in the paper's two stages (section 3.3): a fully connected head first, then the cluster loss.</summary>
/// <remarks>
/// Where it stands is a <see cref="TrainingState"/> and some tensors, and all randomness depends on the place alone; so a training that goes on from a
/// checkpoint ends, on the processor, with the same bits as one that was never interrupted.
/// </remarks>
internal sealed class TwoStageTrainer : IDisposable
{
    private const string NetworkPrefix = "network.";
    private const string FakeCentre = "centre.fake";
    private const string RealCentre = "centre.real";

    private readonly CropCache _cache;
    private readonly TrainingSplit _split;
    private readonly SamFeatureOptions _options;
    private readonly TrainingClock _clock;
    private readonly Device _device;
    private readonly CheckpointStore? _checkpoints;
    private readonly string _data;
    private readonly TrainingState _state;
    private readonly TrainingJournal _journal;
    private readonly FeatureNetwork _network;
    private readonly EvaluationPasses _passes;
    private readonly CropAmplitudes? _amplitudes;
    private readonly ClassWeights _weights;
    private readonly ClusterCentres? _startCentres;
    private Checkpoint<TrainingState>? _resumed;

    /// <summary>Creates the network.</summary>
    /// <param name="cache">The rows.</param>
    /// <param name="split">Which of them train and which validate.</param>
    /// <param name="options">How to train.</param>
    /// <param name="device">Where.</param>
    /// <param name="precision">What convolutions compute in.</param>
    /// <param name="clock">Time since the fit began.</param>
    /// <param name="checkpoints">Where checkpoints go; null for none.</param>
    /// <param name="resumed">What to go on from; null to begin.</param>
    /// <exception cref="InvalidOperationException">The checkpoint is of other data.</exception>
    /// <exception cref="FileNotFoundException">The model to start from is not there.</exception>
    /// <exception cref="InvalidDataException">The model to start from is damaged, or of another version.</exception>
    /// <exception cref="ArgumentException">The model to start from has another network.</exception>
    public TwoStageTrainer(
        CropCache cache, TrainingSplit split, SamFeatureOptions options, Device device, ComputePrecision precision, TrainingClock clock,
        CheckpointStore? checkpoints = null, Checkpoint<TrainingState>? resumed = null)
    {
        (_cache, _split, _options, _device, _clock, _checkpoints, _resumed) = (cache, split, options, device, clock, checkpoints, resumed);
        _data = checkpoints is null ? "" : TrainingFingerprint.Of(cache);
        checkpoints?.CheckData(resumed, _data);
        checkpoints?.Metrics.Begin(resumed?.State.MetricsBytes ?? 0);
        _state = resumed?.State ?? new TrainingState { StageStart = clock.Elapsed.TotalSeconds, EpochStart = clock.Elapsed.TotalSeconds };
        _journal = new TrainingJournal(options, _state, clock, checkpoints?.Metrics);
        var fakes = split.Training.Count(row => cache[row].IsFake);
        _weights = ClassWeights.Of(options.ClassWeighting, fakes, split.Training.Length - fakes);
        // A checkpoint has all its numbers itself.
        (_network, var start) = BeginningNetwork.Of(cache, split.Training, options, device, precision, resumed?.Tensors);
        _amplitudes = CropAmplitudes.For(cache, options, _network.Graph);
        _passes = new EvaluationPasses(cache, options, _network, device, clock);
        if (start is null)
            return;
        StartingModel.Unfold(_network, () => _passes.SendStatisticsRows(split.Training));
        _state.StartedFrom = start.Sha256;
        if (options.EpochsStage1 == 0)
            _startCentres = start.Centres ?? throw new ArgumentException($"{nameof(options.StartFrom)} is {options.StartFrom}, which has no centres to go on from; with {nameof(options.EpochsStage1)} 0 it needs some.", nameof(options));
    }

    /// <summary>The network as it stands.</summary>
    public FeatureNetwork Network => _network;

    /// <summary>Every epoch so far.</summary>
    public IReadOnlyList<EpochReport> Epochs => _state.Epochs;

    /// <summary>SHA-256 of the model that it went on from; null for random weights.</summary>
    public string? StartedFrom => _state.StartedFrom;

    /// <summary>Trains both stages, or what is left of them.</summary>
    /// <returns>The centres that belong to the network, null with a fully connected head; and the best epochs, that of stage 2 null where there is no stage 2.</returns>
    public (ClusterCentres? Centres, EpochReport Best1, EpochReport? Best2) Train()
    {
        var best1 = _state.BestStage1 ?? (_options.EpochsStage1 > 0 ? RunStage(Stage1()) : LookAtStart());
        if (_options.Head == DecisionHead.FullyConnected)
            return (null, best1, null);
        if (_options.EpochsStage2 == 0)
            return (ComputeCentres(), best1, null);
        var (best2, centres) = TrainStage2(best1);
        return (centres, best1, best2);
    }

    /// <summary>What the trained network knows of the parts of real and fake faces on the average, for the evidence of its verdicts; null where it mixes them at once.</summary>
    public PartMeans? MeasureParts() => _passes.MeasureParts(_split.Training);

    public void Dispose()
    {
        _network.Dispose();
        _amplitudes?.Dispose();
    }

    /// <summary>Stage 1: binary cross entropy on the head's logits. Leaves the weights of the epoch that is kept.</summary>
    private TrainingStage Stage1()
        => new(
            Number: 1,
            _options.EpochsStage1,
            _options.LearningRate,
            Step: (features, labels) => (_network.HeadLoss(features, labels, _weights.Of(labels)), features.shape[0]),
            AfterStep: static (_, _) => { },
            Scores: features => _network.Logits(features),
            Tensors: NetworkTensors());

    /// <summary>In place of stage 1 where it has no epochs: the model to go on from as it is.</summary>
    private EpochReport LookAtStart()
    {
        _state.BeginEpoch(0, _clock.Elapsed);
        return EndEpoch(Stage1(), stepShare: null);
    }

    /// <summary>The means of both classes over the whole training set in evaluation mode (Eq. 1); without a stage 1, the centres of the model to go on from, which have moved since (Eq. 4).</summary>
    private ClusterCentres ComputeCentres()
    {
        if (_startCentres is not null)
            return _startCentres;
        return _passes.FeatureMeans(_split.Training, (rows, time) => _journal.Report(TrainingPhase.Centres, 0, (double)rows / _split.Training.Length, rows, double.NaN, time)).ToCentres();
    }

    /// <summary>Stage 2: the cluster loss from the centres of stage 1. Leaves the weights of the epoch that is kept; the best may be the one before the first.</summary>
    private (EpochReport Best, ClusterCentres Centres) TrainStage2(EpochReport best1)
    {
        var isResumed = _state.Stage == 2;
        // A checkpoint of this stage brings its own centres.
        var start = isResumed ? new ClusterCentres(new float[_network.FeatureCount], new float[_network.FeatureCount]) : ComputeCentres();
        using var loss = LossFrom(start);
        var tensors = NetworkTensors();
        (tensors[FakeCentre], tensors[RealCentre]) = (loss.FakeCentre, loss.RealCentre);
        var stage = new TrainingStage(
            Number: 2,
            _options.EpochsStage2,
            _options.LearningRateStage2,
            Step: loss.Compute,
            AfterStep: loss.MoveCentres,
            Scores: loss.Scores,
            Tensors: tensors);
        if (!isResumed)
            _state.BeginStage2(best1, _clock.Elapsed);
        var kept = RunStage(stage);
        return (kept, new ClusterCentres(loss.FakeCentre.ToFloats(), loss.RealCentre.ToFloats()));
    }

    private ClusterLoss LossFrom(ClusterCentres start)
    {
        using var scope = NewDisposeScope();
        return new ClusterLoss(tensor(start.Fake).to(_device), tensor(start.Real).to(_device), _options, _weights);
    }

    private Dictionary<string, Tensor> NetworkTensors() => _network.NamedTensors().ToDictionary(entry => NetworkPrefix + entry.Key, entry => entry.Value);

    private EpochReport RunStage(TrainingStage stage)
    {
        using var optimizer = StageOptimizer.Of(_network, stage.LearningRate, _options.ProjectionRate);
        using var best = new BestEpoch(stage.Tensors, _options.Keep);
        var tensors = new StageTensors(stage.Tensors, best, optimizer);
        if (_resumed is { } checkpoint)
        {
            tensors.Restore(checkpoint.Tensors, _state.Best);
            _resumed = null;
            _journal.Resumed();
        }
        var run = new StageRun(_state, stage.Epochs * (long)StepsPerEpoch);
        try
        {
            while (_state.Epoch <= stage.Epochs && !_state.IsStageOver)
                RunEpoch(stage, optimizer, run, tensors, best);
        }
        catch (OperationCanceledException)
        {
            Save(tensors);
            throw;
        }
        return best.Restore();
    }

    private int StepsPerEpoch => (_split.Training.Length + _options.BatchSize - 1) / _options.BatchSize;

    private void RunEpoch(TrainingStage stage, AdamOptimizer optimizer, StageRun run, StageTensors tensors, BestEpoch best)
    {
        // Epoch 0 of stage 2 only looks at what stage 1 left.
        double? stepShare = null;
        if (_state.Epoch > 0)
        {
            stepShare = TrainEpoch(stage, optimizer, run, tensors);
            if (_state.Rows == 0)
            {
                _state.IsStageOver = true;
                return;
            }
            if (!_options.FreezeBatchNorms)
                _passes.MeasureBatchNorms(_split.Training);
        }
        var active = _state.Active;
        var report = EndEpoch(stage, stepShare);
        best.Offer(report);
        if (stage.Number == 2 && report.Epoch > 0 && active == 0)
        {
            _journal.Saturated(report.Epoch);
            _state.IsStageOver = true;
        }
        _state.BeginEpoch(report.Epoch + 1, _clock.Elapsed);
        Save(tensors);
    }

    private EpochReport EndEpoch(TrainingStage stage, double? stepShare)
    {
        var auc = _passes.Auc(stage, _split.Validation);
        var report = new EpochReport(stage.Number, _state.Epoch, _state.Loss, auc, _state.Rows, _clock.Elapsed.TotalSeconds - _state.EpochStart);
        _state.Epochs.Add(report);
        _journal.EndOfEpoch(stage.Phase, report, stepShare);
        return report;
    }

    /// <summary>Steps through what is left of the epoch.</summary>
    /// <returns>Share of the steps' own time, or null without one.</returns>
    private double? TrainEpoch(TrainingStage stage, AdamOptimizer optimizer, StageRun run, StageTensors tensors)
    {
        var seed = new EpochSeed(_options.Seed, stage.Number, _state.Epoch);
        var order = EpochOrder.Of(_options.Sampling, _split.Training, row => _cache[row], seed.ForOrder());
        var left = order[Math.Min(order.Length, _state.Batch * _options.BatchSize)..];
        var augmenter = new CropAugmenter(_options.Augmentation, _amplitudes, seed);
        var metrics = new StepMetrics(_state, _clock);
        var (all, steps) = (Stopwatch.StartNew(), new Stopwatch());
        _network.train();
        if (_options.FreezeBatchNorms)
            BatchNormStatistics.Freeze(_network);
        foreach (var batch in BatchReader.Read(_cache, left, _options.BatchSize, isTraining: true, augmenter, _options.CancellationToken))
        {
            if (run.IsWarm)
            {
                run.Deadline = _clock.Deadline(
                    stage.Number, run.Start, run.RowsPerSecond(_clock.Elapsed), ClosingRows(stage), stage.Number == 1 ? BetweenRows : 0);
            }
            if (run.Deadline <= _clock.Elapsed)
            {
                _state.IsStageOver = true;
                break;
            }
            var rate = stage.LearningRate * (_options.Schedule == LearningRateSchedule.Constant ? 1 : run.WarmupCosine(_clock.Elapsed));
            optimizer.Rate = rate;
            steps.Start();
            var (loss, active) = RunStep(stage, optimizer, batch);
            steps.Stop();
            _state.NoteStep(batch.Count, loss, active);
            run.Note(batch.Count, _clock.Elapsed);
            _journal.Step(metrics.Next(loss, rate));
            _journal.Report(stage.Phase, _state.Epoch, run.Share(_clock.Elapsed), _state.StageRows, _state.Loss, _clock.Elapsed - run.Start);
            if (_checkpoints?.IsDue(_clock.Elapsed) == true)
                Save(tensors);
        }
        return steps.ElapsedTicks > 0 ? steps.Elapsed / all.Elapsed : null;
    }

    private (double Loss, long Active) RunStep(TrainingStage stage, AdamOptimizer optimizer, CropBatch batch)
    {
        using var scope = NewDisposeScope();
        var (faces, parts, amplitudes, labels) = batch.ToTensors(_device);
        optimizer.ZeroGradients();
        var features = _network.Features(faces, parts, amplitudes);
        var (loss, active) = stage.Step(features, labels);
        var value = loss.item<float>();
        if (!float.IsFinite(value))
            throw new InvalidOperationException($"The loss of stage {stage.Number} is {value}. Lower the learning rate ({stage.LearningRate}).");
        loss.backward();
        optimizer.Step();
        stage.AfterStep(features, labels);
        return (value, active);
    }

    private void Save(StageTensors tensors)
    {
        using var scope = NewDisposeScope();
        _checkpoints?.Save(_state, tensors.Best, _data, tensors.ToDictionary(), _clock.Elapsed);
    }

    /// <summary>Rows that go through without gradient when a stage has ended: batch norms, validation, and behind the last stage the parts.</summary>
    private long ClosingRows(TrainingStage stage)
        => _split.Validation.Length + _passes.StatisticsRows(_split.Training) + (stage.Number == 2 || BetweenRows == 0 ? EvaluationPasses.PartRows(_split.Training) : 0);

    private long BetweenRows => _options.EpochsStage2 == 0 ? 0 : _split.Training.Length + _split.Validation.Length;
}
