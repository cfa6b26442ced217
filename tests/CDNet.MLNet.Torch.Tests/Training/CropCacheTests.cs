using System.Runtime.InteropServices;
using CDNet.MLNet.Sam;
using CDNet.MLNet.Torch.Training;
using CDNet.MLNet.Torch.Training.Augmentation;

namespace CDNet.MLNet.Torch.Tests.Training;

[TestClass]
public sealed class CropCacheTests
{
    private static readonly CropSizes Sizes = new(FaceSide: 4, PartSide: 2);

    private static readonly CropAugmenter Always = new(new AugmentationOptions { FlipProbability = 1 }, null, new EpochSeed(1, 1, 1));

    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Rows_come_back_in_the_order_of_the_data_whichever_thread_wrote_them()
    {
        using var cache = new CropCache(_folder.Path, Sizes);
        Parallel.For(0, 100, i => cache.Add(99 - i, new CachedRow(i % 2 == 0, (ulong)i, null), Row((byte)(99 - i))));
        cache.Seal();

        Assert.AreEqual(100, cache.Count);
        var (face, parts, amplitudes) = (new byte[Sizes.FaceBytes], new byte[4 * Sizes.PartBytes], new float[SamSpec.AllAmplitudes]);
        for (var row = 0; row < 100; row++)
        {
            cache.Read(row, face, parts, amplitudes);
            Assert.IsTrue(face.All(value => value == row) && parts.All(value => value == row + 1) && amplitudes.All(value => value == row / 2f));
            Assert.AreEqual((ulong)(99 - row), cache[row].Group);
        }
    }

    [TestMethod]
    public void Folder_is_empty_afterwards()
    {
        using (var cache = new CropCache(_folder.Path, Sizes))
            cache.Add(0, default, Row(1));

        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void Batch_holds_parts_part_by_part_and_a_mirrored_row_has_its_eyes_swapped()
    {
        using var cache = new CropCache(_folder.Path, Sizes);
        cache.Add(0, new CachedRow(true, 0, null), [.. Enumerable.Range(0, Sizes.FaceBytes + 4 * Sizes.PartBytes).Select(i => (byte)i), .. AmplitudeBytes()]);
        cache.Seal();

        var (plain, mirrored) = (CropBatch.Read(cache, [0], null), CropBatch.Read(cache, [0], Always));
        var (faces, parts, amplitudes, labels) = plain.ToTensors(TorchSharp.torch.CPU);
        var (mirroredFaces, mirroredParts, mirroredAmplitudes, _) = mirrored.ToTensors(TorchSharp.torch.CPU);

        Assert.AreEqual(1f, labels[0].item<float>());
        Assert.IsTrue(mirroredFaces.eq(faces.flip(3)).all().item<bool>());
        // Parts: right eye 0, left eye 1, nose 2, mouth 3.
        Assert.IsTrue(mirroredParts[0].eq(parts[1].flip(2)).all().item<bool>());
        Assert.IsTrue(mirroredParts[1].eq(parts[0].flip(2)).all().item<bool>());
        Assert.IsTrue(mirroredParts[2].eq(parts[2].flip(2)).all().item<bool>());
        Assert.IsTrue(mirroredParts[3].eq(parts[3].flip(2)).all().item<bool>());
        // Amplitudes: face 0, right eye 1, left eye 2, nose 3, mouth 4, each equal to its number here.
        var order = Enumerable.Range(0, 5).Select(i => mirroredAmplitudes[0][i * SamSpec.Amplitudes].item<float>()).ToArray();
        CollectionAssert.AreEqual(new float[] { 0, 2, 1, 3, 4 }, order);
        Assert.AreEqual(1f, amplitudes[0][SamSpec.Amplitudes].item<float>());
    }

    private static byte[] Row(byte value) =>
    [
        .. Enumerable.Repeat(value, Sizes.FaceBytes),
        .. Enumerable.Repeat((byte)(value + 1), 4 * Sizes.PartBytes),
        .. MemoryMarshal.AsBytes<float>(Enumerable.Repeat(value / 2f, SamSpec.AllAmplitudes).ToArray()),
    ];

    private static byte[] AmplitudeBytes()
        => [.. MemoryMarshal.AsBytes<float>(Enumerable.Range(0, SamSpec.AllAmplitudes).Select(i => (float)(i / SamSpec.Amplitudes)).ToArray())];
}
