using System.Runtime.InteropServices;
using CDNet.MLNet.Frequency;
using CDNet.MLNet.Sam;
using CDNet.MLNet.Torch.Training;
using CDNet.MLNet.Torch.Training.Augmentation;
using Microsoft.ML;

namespace CDNet.MLNet.Torch.Tests.Training.Augmentation;

[TestClass]
public sealed class CropAugmenterTests
{
    private static readonly CropSizes Sizes = new(FaceSide: 48, PartSide: 16);
    private static readonly CropAmplitudes Amplitudes = new(Sizes, new DctAmplitudeOptions());

    [TestMethod]
    public void Source_of_a_row_follows_from_seed_stage_epoch_and_row()
    {
        int First(int seed, int stage, int epoch, int row) => new EpochSeed(seed, stage, epoch).ForRow(row).Next();

        Assert.AreEqual(First(1, 1, 1, 0), First(1, 1, 1, 0));
        int[] others = [First(1, 1, 1, 0), First(2, 1, 1, 0), First(1, 2, 1, 0), First(1, 1, 2, 0), First(1, 1, 1, 1), new EpochSeed(1, 1, 1).ForOrder().Next()];
        Assert.AreEqual(others.Length, others.Distinct().Count());
        Assert.AreEqual(506309288, First(1, 1, 1, 0), "the same in every process, on every machine");
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(3, 8)]
    public void Rows_are_changed_alike_whatever_batch_they_come_in(int one, int other)
    {
        using var cache = Cache(8);
        var augmenter = new CropAugmenter(AugmentationOptions.Robust, Amplitudes, new EpochSeed(1, 2, 3));
        int[] order = [5, 2, 7, 0, 1, 3, 6, 4];

        var first = Read(cache, order, one, augmenter);
        var second = Read(cache, [.. order.Reverse()], other, augmenter);

        for (var row = 0; row < 8; row++)
            CollectionAssert.AreEqual(first[row], second[row], $"row {row}");
    }

    [TestMethod]
    public void Another_epoch_or_stage_or_seed_changes_the_rows_otherwise()
    {
        using var cache = Cache(8);
        EpochSeed[] seeds = [new(1, 1, 1), new(1, 1, 2), new(1, 2, 1), new(2, 1, 1)];

        var faces = seeds.Select(seed => Read(cache, [0, 1, 2, 3, 4, 5, 6, 7], 4, new CropAugmenter(AugmentationOptions.Robust, Amplitudes, seed))).ToArray();

        foreach (var (one, other) in faces.SelectMany((one, i) => faces.Skip(i + 1).Select(other => (one, other))))
            Assert.IsFalse(Enumerable.Range(0, 8).All(row => one[row].SequenceEqual(other[row])));
    }

    [TestMethod]
    public void Colours_of_the_five_crops_change_alike()
    {
        var options = new AugmentationOptions { ColourProbability = 1 };
        for (var row = 0; row < 20; row++)
        {
            var (face, parts, amplitudes) = Flat();
            new CropAugmenter(options, null, new EpochSeed(1, 1, 1)).Apply(row, Sizes, face, parts, amplitudes);

            for (var channel = 0; channel < 3; channel++)
            {
                var value = face[channel * 48 * 48];
                Assert.IsTrue(face.AsSpan(channel * 48 * 48, 48 * 48).IndexOfAnyExcept(value) < 0);
                for (var part = 0; part < 4; part++)
                    Assert.IsTrue(parts.AsSpan(part * Sizes.PartBytes + channel * 256, 256).IndexOfAnyExcept(value) < 0);
            }
        }
    }

    [TestMethod]
    public void Amplitudes_of_changed_rows_are_those_of_their_crops()
    {
        var (face, parts, amplitudes) = Drawn(4);

        new CropAugmenter(new AugmentationOptions { FlipProbability = 1, JpegProbability = 1 }, Amplitudes, new EpochSeed(1, 1, 1)).Apply(0, Sizes, face, parts, amplitudes);

        var expected = DctAmplitudes.Compute(face, 48, 48)
            .Concat(Enumerable.Range(0, 4).SelectMany(part => DctAmplitudes.Compute(parts.AsSpan(part * Sizes.PartBytes, Sizes.PartBytes), 16, 16))).ToArray();
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], amplitudes[i], 1e-4f, $"{i}");
    }

    [TestMethod]
    public void Mirrored_amplitudes_are_those_of_the_mirrored_crops_also_where_signed_ones_are_averaged()
    {
        var sizes = new CropSizes(FaceSide: 80, PartSide: 64);
        var random = new Random(1);
        foreach (var options in new[] { new DctAmplitudeOptions(), new DctAmplitudeOptions { AverageSigned = true, Logarithmic = false, Bands = DctBandLayout.Zigzag } })
        {
            var (face, parts, amplitudes) = (new byte[sizes.FaceBytes], new byte[4 * sizes.PartBytes], new float[SamSpec.AllAmplitudes]);
            random.NextBytes(face);
            random.NextBytes(parts);
            using var computed = new CropAmplitudes(sizes, options);
            computed.Compute(face, parts, amplitudes);

            new CropAugmenter(new AugmentationOptions { FlipProbability = 1 }, computed, new EpochSeed(1, 1, 1)).Apply(0, sizes, face, parts, amplitudes);

            var expected = new float[SamSpec.AllAmplitudes];
            computed.Compute(face, parts, expected);
            for (var i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], amplitudes[i], 1e-4f, $"{options.Bands} {i}");
        }
    }

    [TestMethod]
    public void Without_settings_nothing_changes()
    {
        var (face, parts, amplitudes) = Drawn(4);
        var (oldFace, oldParts, oldAmplitudes) = ((byte[])face.Clone(), (byte[])parts.Clone(), (float[])amplitudes.Clone());

        new CropAugmenter(AugmentationOptions.None, Amplitudes, new EpochSeed(1, 1, 1)).Apply(0, Sizes, face, parts, amplitudes);

        CollectionAssert.AreEqual(oldFace, face);
        CollectionAssert.AreEqual(oldParts, parts);
        CollectionAssert.AreEqual(oldAmplitudes, amplitudes);
    }

    [TestMethod]
    public void Presets_draw_what_they_say_as_often_as_they_say()
    {
        var plans = Enumerable.Range(0, 4000).Select(row => RowChanges.Draw(AugmentationOptions.Robust, new EpochSeed(1, 1, 1).ForRow(row))).ToArray();
        double Share(Func<RowChanges, bool> has) => plans.Count(has) / 4000.0;
        double Of<T>() => Share(plan => plan.Changes.OfType<T>().Any());

        // Deviations are below 0.008.
        Assert.AreEqual(0.5, Share(plan => plan.IsMirrored), 0.03);
        Assert.AreEqual(0.25, Of<BrightnessContrast>(), 0.03);
        Assert.AreEqual(0.25, Of<HueSaturationValue>(), 0.03);
        Assert.AreEqual(0.25, Of<GaussianNoise>(), 0.03);
        Assert.AreEqual(0.25, Of<IsoNoise>(), 0.03);
        Assert.AreEqual(0.2, Of<Blur>(), 0.03);
        Assert.AreEqual(0.3, Of<Downscale>(), 0.03);
        Assert.AreEqual(0.5, Of<JpegRecompression>(), 0.03);
        var deviations = plans.SelectMany(plan => plan.Changes.OfType<GaussianNoise>()).Select(noise => noise.Deviation / 255).ToArray();
        Assert.IsTrue(deviations.Min() is >= 0.01 and < 0.011 && deviations.Max() is <= 0.03 and > 0.029);
        Assert.IsFalse(AugmentationOptions.Flip.ChangesPixels);
        Assert.IsTrue(AugmentationOptions.Paper.ChangesPixels && AugmentationOptions.Paper.JpegProbability == 0);
        Assert.IsTrue(AugmentationOptions.Shared is { NoiseProbability: 0, JpegProbability: 0.4, DownscaleProbability: 0.25, MoveProbability: 0 });
    }

    [TestMethod]
    public void Moves_come_last_and_leave_what_else_a_seed_draws()
    {
        RowChanges Draw(AugmentationOptions options, int row) => RowChanges.Draw(options, new EpochSeed(1, 1, 1).ForRow(row));
        var moved = 0;
        for (var row = 0; row < 2000; row++)
        {
            var (plan, without) = (Draw(AugmentationOptions.Moved, row), Draw(AugmentationOptions.Shared, row));
            CollectionAssert.AreEqual(without.Changes.ToArray(), plan.Changes.Take(without.Changes.Count).ToArray());
            if (plan.Changes.Count == without.Changes.Count)
                continue;
            moved++;
            var move = (Move)plan.Changes.Skip(without.Changes.Count).Single();
            Assert.IsTrue(move is { Limit: 0.05, Scale: >= 0.92 and <= 1.08, Degrees: >= -8 and <= 8 });
        }
        Assert.AreEqual(1000, moved, 90, "half of the rows; the deviation is 22");
        Assert.IsTrue(new AugmentationOptions { MoveProbability = 0.1 }.ChangesPixels);
    }

    [TestMethod]
    public void Options_out_of_range_are_refused_by_name()
    {
        void Refuses(AugmentationOptions options, string name)
            => StringAssert.Contains(Assert.Throws<ArgumentException>(() => new SamFeatureOptions { Augmentation = options }.Validate()).Message, name);

        Refuses(new() { FlipProbability = 1.1 }, "FlipProbability is 1.1; expected 0 to 1");
        Refuses(new() { JpegQuality = new(0, 50) }, "JpegQuality is 0; expected 1 to 100");
        Refuses(new() { BlurSigma = new(2, 1) }, "BlurSigma is 1; expected 2 to 20");
        Refuses(new() { HueLimitDegrees = double.NaN }, "HueLimitDegrees");
        Refuses(new() { MoveProbability = -0.1 }, "MoveProbability is -0.1; expected 0 to 1");
        Refuses(new() { MoveLimit = 0.6 }, "MoveLimit is 0.6; expected 0 to 0.5");
        Refuses(new() { ScaleLimit = 0.6 }, "ScaleLimit is 0.6; expected 0 to 0.5");
        Refuses(new() { TurnLimitDegrees = 181 }, "TurnLimitDegrees is 181; expected 0 to 180");
    }

    [TestMethod]
    public void Training_with_every_change_gives_the_same_bits_again()
    {
        var rows = SmallCrops.Rows(32);
        foreach (var row in rows)
        {
            row.FaceDct = DctAmplitudes.Compute(row.Face, 48, 48);
            row.RightEyeDct = DctAmplitudes.Compute(row.RightEye, 16, 16);
            row.LeftEyeDct = DctAmplitudes.Compute(row.LeftEye, 16, 16);
            row.NoseDct = DctAmplitudes.Compute(row.Nose, 16, 16);
            row.MouthDct = DctAmplitudes.Compute(row.Mouth, 16, 16);
        }
        var context = new MLContext(1);
        float[] Fit(AugmentationOptions augmentation)
        {
            using var model = context.Transforms.SamFeatures(SmallCrops.Options() with { Augmentation = augmentation }).Fit(context.Data.LoadFromEnumerable(rows));
            return model.Centres!.Fake;
        }

        var robust = Fit(AugmentationOptions.Robust);

        CollectionAssert.AreEqual(robust, Fit(AugmentationOptions.Robust));
        CollectionAssert.AreNotEqual(robust, Fit(AugmentationOptions.Flip));
    }

    [TestMethod]
    public void Amplitudes_that_were_made_otherwise_are_refused_before_the_training()
    {
        var options = SmallCrops.Options() with { Augmentation = AugmentationOptions.Paper };

        var error = Assert.Throws<ArgumentException>(() => new MLContext(1).Transforms.SamFeatures(options).Fit(SmallCrops.Data(16)));

        StringAssert.Contains(error.Message, "FaceDct[0]");
        StringAssert.Contains(error.Message, "Set AmplitudeOptions");
    }

    private static byte[][] Read(CropCache cache, int[] order, int batchSize, CropAugmenter augmenter)
    {
        var rows = new byte[order.Length][];
        var at = 0;
        foreach (var batch in BatchReader.Read(cache, order, batchSize, isTraining: false, augmenter, CancellationToken.None))
        {
            var (faces, parts, amplitudes, _) = batch.ToTensors(TorchSharp.torch.CPU);
            for (var i = 0; i < batch.Count; i++)
            {
                rows[order[at++]] =
                [
                    .. faces[i].contiguous().data<byte>(),
                    .. Enumerable.Range(0, 4).SelectMany(part => parts[part * batch.Count + i].contiguous().data<byte>().ToArray()),
                    .. MemoryMarshal.AsBytes<float>(amplitudes[i].contiguous().data<float>().ToArray()),
                ];
            }
        }
        return rows;
    }

    private static CropCache Cache(int count)
    {
        var cache = new CropCache(null, Sizes);
        for (var row = 0; row < count; row++)
        {
            var (face, parts, amplitudes) = Drawn(row);
            cache.Add(row, new CachedRow(row % 2 == 0, 0, null), [.. face, .. parts, .. MemoryMarshal.AsBytes<float>(amplitudes)]);
        }
        cache.Seal();
        return cache;
    }

    private static (byte[] Face, byte[] Parts, float[] Amplitudes) Drawn(int seed)
    {
        var random = new Random(seed);
        var (face, parts, amplitudes) = (new byte[Sizes.FaceBytes], new byte[4 * Sizes.PartBytes], new float[SamSpec.AllAmplitudes]);
        random.NextBytes(face);
        random.NextBytes(parts);
        Amplitudes.Compute(face, parts, amplitudes);
        return (face, parts, amplitudes);
    }

    private static (byte[] Face, byte[] Parts, float[] Amplitudes) Flat()
    {
        byte[] Planes(int side) => [.. new byte[] { 180, 120, 90 }.SelectMany(value => Enumerable.Repeat(value, side * side))];
        return (Planes(48), [.. Enumerable.Range(0, 4).SelectMany(_ => Planes(16))], new float[SamSpec.AllAmplitudes]);
    }
}
