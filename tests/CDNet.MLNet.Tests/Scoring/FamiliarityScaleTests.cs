using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Tests.Scoring;

[TestClass]
public sealed class FamiliarityScaleTests
{
    // Faces at 1, 2, ... 200, in no order.
    private static readonly float[] Distances = [.. Enumerable.Range(1, 200).Select(i => (float)i).OrderBy(i => i * 37 % 211)];

    [TestMethod]
    [DataRow(0, 1)]
    [DataRow(1, 1)]
    [DataRow(1.5f, 0.995)]
    [DataRow(100.5f, 0.5)]
    [DataRow(190.5f, 0.05)]
    [DataRow(200, 0.005)]
    [DataRow(200.5f, 0)]
    [DataRow(float.PositiveInfinity, 0)]
    public void Familiarity_is_the_share_of_faces_that_lie_as_far(float distance, double expected)
        => Assert.AreEqual(expected, FamiliarityScale.Of(Distances)!.ShareBeyond(distance), 1e-6);

    [TestMethod]
    public void Of_more_faces_than_are_kept_the_shares_are_the_same_to_a_thousandth()
    {
        var scale = FamiliarityScale.Of(Enumerable.Range(0, 123_456).Select(i => i / 123_456f))!;

        for (var distance = 0f; distance <= 1; distance += 0.013f)
            Assert.AreEqual(1 - distance, scale.ShareBeyond(distance), 1e-3);
    }

    [TestMethod]
    public void Faces_that_lie_alike_are_all_familiar()
        => Assert.AreEqual((1f, 0f), (FamiliarityScale.Of(Enumerable.Repeat(2f, 100))!.ShareBeyond(2), FamiliarityScale.Of(Enumerable.Repeat(2f, 100))!.ShareBeyond(2.0001f)));

    [TestMethod]
    public void What_has_no_distance_has_no_familiarity_and_is_no_face_of_a_scale()
    {
        Assert.IsTrue(float.IsNaN(FamiliarityScale.Of(Distances)!.ShareBeyond(float.NaN)));
        Assert.IsNull(FamiliarityScale.Of([.. Distances.Take(99), float.NaN, float.PositiveInfinity]), "99 are too few");
        Assert.IsNotNull(FamiliarityScale.Of([.. Distances.Take(100), float.NaN]));
        Assert.IsFalse(FaceVerdict.NoFace("a.jpg").IsUnfamiliar);
        Assert.IsTrue((FaceVerdict.NoFace("a.jpg") with { Familiarity = 0.009f }).IsUnfamiliar);
        Assert.IsFalse((FaceVerdict.NoFace("a.jpg") with { Familiarity = 0.01f }).IsUnfamiliar);
    }

    [TestMethod]
    public void Model_keeps_it()
    {
        var scale = FamiliarityScale.Of(Distances)!;
        var network = new ModelProto();

        scale.AddTo(network);

        CollectionAssert.AreEqual(scale.Distances, FamiliarityScale.Read(network)!.Distances);
        FamiliarityScale.RemoveFrom(network);
        Assert.IsNull(FamiliarityScale.Read(network));
    }

    [TestMethod]
    public void Damaged_one_is_refused()
    {
        var (falling, few) = (new ModelProto(), new ModelProto());
        new FamiliarityScale([.. FamiliarityScale.Of(Distances)!.Distances.Reverse()]).AddTo(falling);
        new FamiliarityScale([1, 2]).AddTo(few);

        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => FamiliarityScale.Read(falling)).Message, "do not rise");
        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => FamiliarityScale.Read(few)).Message, "expected 1000");
    }
}
