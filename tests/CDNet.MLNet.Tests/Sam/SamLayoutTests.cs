using CDNet.MLNet.Sam;

namespace CDNet.MLNet.Tests.Sam;

[TestClass]
public sealed class SamLayoutTests
{
    [TestMethod]
    [DataRow(false, 1_920)]
    [DataRow(true, 12_928)]
    public void Every_number_belongs_to_one_crop(bool isWide, int length)
    {
        var layout = new SamLayout(isWide);

        var slots = Enumerable.Range(0, 5).SelectMany(crop => layout.SpatialSlots(crop).Append(SamLayout.AmplitudeSlots(crop)))
            .SelectMany(range => Enumerable.Range(range.Start.Value, range.End.Value - range.Start.Value));

        Assert.AreEqual(length, layout.Length);
        CollectionAssert.AreEqual(Enumerable.Range(0, length).ToArray(), slots.Order().ToArray());
    }

    [TestMethod]
    public void Blocks_show_two_numbers_a_channel()
    {
        // Blocks of 128, 128, 128, 256, 256 and 256 channels and a tail of 256; of a part 128, 128, 256, 256 and 256.
        Assert.AreEqual(2 * 1408, SamLayout.FaceStatistics);
        Assert.AreEqual(2 * 1024, SamLayout.PartStatistics);
    }
}
