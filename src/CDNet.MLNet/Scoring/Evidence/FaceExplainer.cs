using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Sam;
using CDNet.MLNet.Scoring.Batching;
using Google.Protobuf;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace CDNet.MLNet.Scoring.Evidence;

/// <summary>Says which part of a face and which place of it drove the decision of a model, by scoring the face again without them.</summary>
/// <remarks>It takes about as long as scoring 66 faces, without the map as long as 2. Safe to use from several threads at once.</remarks>
public sealed class FaceExplainer : IDisposable
{
    /// <summary>Cells along a side of <see cref="FaceEvidence.Occlusion"/>.</summary>
    public const int MapSide = 8;

    private const int BatchSize = 8;

    private readonly CDNetModel _model;
    private readonly PartMeans? _means;
    private readonly IFaceScorer _scorer;
    private readonly InferenceSession? _behindVector;
    private readonly string _vector = "";

    /// <summary>Creates an explainer.</summary>
    /// <param name="model">The model, which stays the caller's.</param>
    /// <param name="threads">Threads that work on one face, at least 1; all processors where null. Take 1 where several pictures are explained side by side.</param>
    public FaceExplainer(CDNetModel model, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (threads is { } number)
            ArgumentOutOfRangeException.ThrowIfLessThan(number, 1, nameof(threads));
        (_model, _means) = (model, model.PartMeans);
        _scorer = model.CreateScorer(threads ?? Environment.ProcessorCount);
        // A model of another form has no graph to look into; covering places works with any.
        if (_scorer is GraphFaceScorer && _means is not null && model.Graph!.Outputs.Contains(ScorerGraph.Vector))
        {
            using var options = new SessionOptions { IntraOpNumThreads = threads ?? Environment.ProcessorCount };
            _behindVector = new InferenceSession(model.Graph.BuildBehindVector(out _vector).ToByteArray(), options);
        }
    }

    /// <summary>Explains every face of a picture.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The evidence for each face, by falling confidence; none where there is no face.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no picture.</exception>
    public IReadOnlyList<FaceEvidence> Explain(string path)
    {
        using var picture = PictureReader.Read(path);
        return Explain(picture, path);
    }

    /// <summary>Explains every face of a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="name">What verdicts call it.</param>
    /// <param name="withMap">Whether <see cref="FaceEvidence.Occlusion"/> is measured, which takes nearly all of the time; without it has no cells.</param>
    /// <param name="cancellation">Ends the work between two faces, or within the map of one.</param>
    /// <returns>The evidence for each face, by falling confidence; none where there is no face.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<FaceEvidence> Explain(MLImage picture, string name, bool withMap = true, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(name);
        var evidence = new List<FaceEvidence>();
        foreach (var face in _model.Detector.Detect(PixelView.Of(picture), _model.CropOptions))
        {
            cancellation.ThrowIfCancellationRequested();
            evidence.Add(Explain(picture, face, name, evidence.Count, withMap, cancellation));
        }
        return evidence;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _scorer.Dispose();
        _behindVector?.Dispose();
    }

    private FaceEvidence Explain(MLImage picture, DetectedFace face, string name, int number, bool withMap, CancellationToken cancellation)
    {
        var options = _model.CropOptions;
        var crops = FaceCrops.Cut(PixelView.Of(picture), face, options);
        var grown = CropGeometry.Grow(face.Box, options, picture.Width, picture.Height);
        var square = CropGeometry.FaceSquare(grown);
        var parts = CropGeometry.PartSquares(face.Keypoints, grown, options);
        var score = _scorer.Score([crops])[0];
        var verdict = new CroppedFace(name, 0, number, face).ToVerdict(score, _model);
        var (toReal, toFake, vector) = Look(crops);
        var map = withMap ? Occlude(new Occluder(crops, square, parts), square, score.Score, cancellation) : new OcclusionMap(0, []);
        return new FaceEvidence(verdict, toReal, toFake, vector is null ? [] : Parts(crops, score.Score, vector), map, square, parts);
    }

    private (float? ToReal, float? ToFake, float[]? Vector) Look(FaceCrops crops)
    {
        if (_scorer is not GraphFaceScorer scorer)
            return default;
        string[] names = [.. new[] { ScorerGraph.DistanceToReal, ScorerGraph.DistanceToFake, ScorerGraph.Vector }.Where(_model.Graph!.Outputs.Contains)];
        if (names.Length == 0)
            return default;
        var values = names.Zip(scorer.Look(crops, names)).ToDictionary();
        return (values.GetValueOrDefault(ScorerGraph.DistanceToReal)?[0], values.GetValueOrDefault(ScorerGraph.DistanceToFake)?[0], _behindVector is null ? null : values.GetValueOrDefault(ScorerGraph.Vector));
    }

    private List<PartEvidence> Parts(FaceCrops crops, float score, float[] vector)
    {
        // Each crop thrice: all of it replaced, what the network sees, its amplitudes.
        var (rows, layout) = (new List<float[]>(), new SamLayout(_model.IsWide));
        for (var crop = 0; crop < FaceColumns.Crops.Count; crop++)
        {
            var (spatial, amplitudes) = (layout.SpatialSlots(crop), SamLayout.AmplitudeSlots(crop));
            rows.AddRange([Replaced(vector, [.. spatial, amplitudes]), Replaced(vector, [.. spatial]), Replaced(vector, amplitudes)]);
        }
        var scores = ScoreVectors(crops, rows);
        return [.. FaceColumns.Crops.Select((part, crop) =>
        {
            var slots = SamLayout.AmplitudeSlots(crop);
            return new PartEvidence(part, score - scores[3 * crop], score - scores[3 * crop + 1], score - scores[3 * crop + 2], vector[slots], _means!.Real[slots], _means.Fake[slots]);
        })];
    }

    private float[] Replaced(float[] vector, params ReadOnlySpan<Range> slots)
    {
        var changed = (float[])vector.Clone();
        foreach (var range in slots)
            _means!.Both.AsSpan(range).CopyTo(changed.AsSpan(range));
        return changed;
    }

    private float[] ScoreVectors(FaceCrops crops, List<float[]> rows)
    {
        float[] values = [.. rows.SelectMany(row => row)];
        var faces = new byte[rows.Count * FaceCrops.FaceBytes];
        for (var i = 0; i < rows.Count; i++)
            crops.Face.CopyTo(faces, i * FaceCrops.FaceBytes);
        using var vector = OrtValue.CreateTensorValueFromMemory(values, [rows.Count, rows[0].Length]);
        using var face = OrtValue.CreateTensorValueFromMemory(faces, [rows.Count, 3, FacePartCropOptions.FaceSide, FacePartCropOptions.FaceSide]);
        using var run = new RunOptions();
        using var results = _behindVector!.Run(run, [_vector, FaceColumns.Face], [vector, face], [ScorerGraph.Score]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private OcclusionMap Occlude(Occluder occluder, FaceBox square, float score, CancellationToken cancellation)
    {
        IEnumerable<float> Score(FaceCrops[] batch)
        {
            cancellation.ThrowIfCancellationRequested();
            return _scorer.Score(batch).Select(face => face.Score);
        }
        var cell = square.Width / MapSide;
        var covered = Enumerable.Range(0, MapSide * MapSide)
            .Select(i => occluder.Cover(new FaceBox(square.Left + i % MapSide * cell, square.Top + i / MapSide * cell, cell, cell)));
        return new OcclusionMap(MapSide, [.. covered.Chunk(BatchSize).SelectMany(Score).Select(without => score - without)]);
    }
}
