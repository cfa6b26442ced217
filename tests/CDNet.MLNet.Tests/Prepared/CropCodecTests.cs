using CDNet.MLNet.Faces;
using CDNet.MLNet.Prepared;

namespace CDNet.MLNet.Tests.Prepared;

[TestClass]
public sealed class CropCodecTests
{
    [TestMethod]
    [DataRow(FacePartCropOptions.FaceSide)]
    [DataRow(FacePartCropOptions.PartSide)]
    public void Png_gives_back_every_byte(int side)
    {
        var planes = new byte[3 * side * side];
        new Random(side).NextBytes(planes);

        var decoded = new byte[planes.Length];
        CropCodec.Decode(CropCodec.Encode(planes, side, CropEncoding.Png), side, decoded);

        CollectionAssert.AreEqual(planes, decoded);
    }

    [TestMethod]
    public void Jpeg_has_quality_95_and_no_colour_subsampling_and_stays_close()
    {
        const int side = 64;
        var planes = new byte[3 * side * side];
        for (var i = 0; i < planes.Length; i++)
            planes[i] = (byte)(128 + 100 * Math.Sin(i % side / 9.0 + i / (side * side)));

        var file = CropCodec.Encode(planes, side, CropEncoding.Jpeg);
        var decoded = new byte[planes.Length];
        CropCodec.Decode(file, side, decoded);

        // Annex K's first luminance step is 16; quality 95 scales it by 10%: (16 * 10 + 50) / 100 = 2.
        var table = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDB]);
        Assert.AreEqual(2, file[table + 5]);
        // Frame header: marker 2, length 2, precision 1, size 4, components 1, then identifier, sampling and table of each.
        var frame = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        for (var component = 0; component < 3; component++)
            Assert.AreEqual(0x11, file[frame + 11 + 3 * component], "horizontal and vertical sampling are 1");
        Assert.IsLessThan(1.5, planes.Zip(decoded, (a, b) => Math.Abs(a - b)).Average());
    }

    [TestMethod]
    public void Empty_file_is_the_crop_of_no_face()
    {
        var planes = Enumerable.Repeat((byte)7, 3 * 64 * 64).ToArray();

        CropCodec.Decode([], 64, planes);

        Assert.IsFalse(planes.AsSpan().ContainsAnyExcept((byte)0));
    }

    [TestMethod]
    public void Other_sizes_and_damaged_files_are_refused()
    {
        var file = CropCodec.Encode(new byte[3 * 32 * 32], 32, CropEncoding.Png);

        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => CropCodec.Decode(file, 64, new byte[3 * 64 * 64])).Message, "32x32");
        Assert.ThrowsExactly<InvalidDataException>(() => CropCodec.Decode(file.AsSpan(0, file.Length / 2), 32, new byte[3 * 32 * 32]));
        Assert.ThrowsExactly<InvalidDataException>(() => CropCodec.Decode("no picture"u8, 32, new byte[3 * 32 * 32]));
    }
}
