using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Detection;

namespace CDNet.MLNet.Torch.Tests.Detection;

[TestClass]
public sealed class SceneTargetsTests
{
    [TestMethod]
    public void Small_face_is_held_by_the_cell_of_the_fine_grid_that_it_lies_in()
    {
        // The middle (0.34, 0.72) lies in column 5 and row 11 of 16.
        var targets = SceneTargets.Of([Face(0.34f, 0.72f, 0.08f)]);

        var cell = 11 * 16 + 5;
        Assert.AreEqual(1f, targets.Labels[cell]);
        Assert.AreEqual(0.08f, targets.Sides[cell]);
        var offsets = targets.Offsets.AsSpan(cell * SceneTargets.Places, SceneTargets.Places);
        Assert.AreEqual(0.34f - 5.5f / 16, offsets[0], 1e-6f);
        Assert.AreEqual(0.72f - 11.5f / 16, offsets[1], 1e-6f);
        Assert.AreEqual(0.08f, offsets[2]);
        // The right eye is a quarter of the side left of and above the middle.
        Assert.AreEqual(0.32f - 5.5f / 16, offsets[4], 1e-6f);
        Assert.AreEqual(0.70f - 11.5f / 16, offsets[5], 1e-6f);
        Assert.AreEqual(1, targets.Labels.Count(label => label == 1));
        Assert.IsTrue(targets.Labels.Skip(256).All(label => label == 0), "the coarse grid sees nothing of it");
    }

    [TestMethod]
    public void Large_face_is_held_by_the_core_of_the_coarse_grid_alone()
    {
        var targets = SceneTargets.Of([Face(0.5f, 0.5f, 0.8f)]);

        Assert.IsTrue(targets.Labels.Take(256).All(label => label == 0));
        // Middles at 0.4375 and 0.5625 are 0.08 of the side away, 0.3125 and 0.6875 0.23.
        int[] expected = [256 + 3 * 8 + 3, 256 + 3 * 8 + 4, 256 + 4 * 8 + 3, 256 + 4 * 8 + 4];
        CollectionAssert.AreEqual(expected, Held(targets));
        Assert.AreEqual(-1f, targets.Labels[256 + 2 * 8 + 3], "beside the core either is right");
        Assert.AreEqual(0f, targets.Labels[256], "the corner is outside");
    }

    [TestMethod]
    public void Face_between_the_ranges_is_held_by_both_grids_and_none_means_none()
    {
        var held = Held(SceneTargets.Of([Face(0.5f, 0.5f, 0.4f)]));

        Assert.IsTrue(held.Any(cell => cell < 256) && held.Any(cell => cell >= 256));
        Assert.IsTrue(SceneTargets.Of([]).Labels.All(label => label == 0));
    }

    [TestMethod]
    public void Smaller_of_two_faces_keeps_its_cell()
    {
        var targets = SceneTargets.Of([Face(0.47f, 0.47f, 0.05f), Face(0.5f, 0.5f, 0.4f)]);

        Assert.AreEqual(0.05f, targets.Sides[7 * 16 + 7]);
    }

    private static int[] Held(SceneTargets targets) => [.. Enumerable.Range(0, CompactBlazeFace.Cells).Where(cell => targets.Labels[cell] == 1)];

    private static SceneFace Face(float x, float y, float side)
    {
        var quarter = side / 4;
        return new SceneFace(
            new FaceBox(x - side / 2, y - side / 2, side, side),
            new FaceKeypoints(new(x - quarter, y - quarter), new(x + quarter, y - quarter), new(x, y), new(x, y + quarter), new(x - side / 2, y), new(x + side / 2, y)));
    }
}
