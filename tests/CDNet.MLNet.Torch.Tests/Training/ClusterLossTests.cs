using CDNet.MLNet.Cluster;
using CDNet.MLNet.Torch.Training;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Tests.Training;

[TestClass]
public sealed class ClusterLossTests
{
    [TestMethod]
    public void Literal_loss_by_hand()
    {
        // CF = (2,0), CR = (0,0): |CF-CR|^2 = 4, margin 0.4 x 4 = 1.6. Fake (2,2): 4 - 1.6 = 2.4. Real (1,0): 1 - 1.6 < 0. N = 2: 2.4 / (2 x 4).
        var loss = Loss([2, 0], [0, 0], CentreGradient.None);

        var (value, active) = loss.Compute(Features((2, 2), (1, 0)), tensor(new[] { 1f, 0f }));

        Assert.AreEqual(0.3f, value.item<float>(), 1e-6f);
        Assert.AreEqual(1, active);
    }

    [TestMethod]
    public void Loss_of_the_authors_averages_the_separation_with_that_of_the_batch()
    {
        // Batch means (2,2) and (1,0): 1 + 4 = 5; separation (4 + 5) / 2 = 4.5, margin 1.8. Fake: 4 - 1.8 = 2.2; real: 1 - 1.8 < 0. 2.2 / (2 x 4.5).
        var loss = Loss([2, 0], [0, 0], CentreGradient.BatchMeans);

        var (value, _) = loss.Compute(Features((2, 2), (1, 0)), tensor(new[] { 1f, 0f }));

        Assert.AreEqual(2.2f / 9, value.item<float>(), 1e-6f);
    }

    [TestMethod]
    public void Weights_of_the_classes_weigh_their_hinges()
    {
        // As above, with a real outside its margin: (2,0) is 4 from CR, 4 - 1.6 = 2.4. (0.5 x 2.4 + 3 x 2.4) / (2 x 4).
        var loss = new ClusterLoss(tensor(new[] { 2f, 0f }), tensor(new[] { 0f, 0f }), new SamFeatureOptions { CentreGradient = CentreGradient.None }, new ClassWeights(Fake: 0.5, Real: 3));

        var (value, active) = loss.Compute(Features((2, 2), (2, 0)), tensor(new[] { 1f, 0f }));

        Assert.AreEqual(1.05f, value.item<float>(), 1e-6f);
        Assert.AreEqual(2, active);
    }

    [TestMethod]
    public void Logistic_loss_by_hand_and_its_centres_stay()
    {
        // Distances of the fake (2,2): to CF 4, to CR 8, difference 4; |CF-CR|^2 = 4, so log-odds 2. Of the real (2,0): 0 and 4, the same. (0.5 ln(1 + e^-2) + 3 ln(1 + e^2)) / 2.
        var features = Features((2, 2), (2, 0)).requires_grad_();
        var labels = tensor(new[] { 1f, 0f });
        var loss = new ClusterLoss(tensor(new[] { 2f, 0f }), tensor(new[] { 0f, 0f }), new SamFeatureOptions { ClusterLoss = ClusterLossForm.Logistic, Alpha = 0.5 }, new ClassWeights(Fake: 0.5, Real: 3));

        var (value, active) = loss.Compute(features, labels);
        value.backward();
        loss.MoveCentres(features, labels);

        Assert.AreEqual((0.5 * Math.Log(1 + Math.Exp(-2)) + 3 * Math.Log(1 + Math.Exp(2))) / 2, value.item<float>(), 1e-5);
        Assert.AreEqual(2, active);
        // Only the line of the centres tells the classes apart: no pull across it.
        Assert.AreEqual(0f, features.grad!.select(1, 1).abs().sum().item<float>());
        Assert.IsGreaterThan(0f, features.grad[1][0].item<float>());
        CollectionAssert.AreEqual(new[] { 2f, 0f }, Rounded(loss.FakeCentre));
    }

    [TestMethod]
    [DataRow(ClusterScoreForm.Ratio)]
    [DataRow(ClusterScoreForm.Difference)]
    public void Scores_are_those_of_the_decision(ClusterScoreForm form)
    {
        var loss = new ClusterLoss(tensor(new[] { 2f, 0f }), tensor(new[] { 0f, 1f }), new SamFeatureOptions { ScoreForm = form });
        var centres = new ClusterCentres([2, 0], [0, 1]);

        var scores = loss.Scores(Features((2, 2), (1, 0), (2, 0), (0, 1))).data<float>().ToArray();

        float[] expected = [ClusterDecision.Decide([2, 2], centres, form).Score, ClusterDecision.Decide([1, 0], centres, form).Score, ClusterDecision.Decide([2, 0], centres, form).Score, ClusterDecision.Decide([0, 1], centres, form).Score];
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], scores[i], 1e-5f * Math.Max(1, Math.Abs(expected[i])));
    }

    [TestMethod]
    [DataRow(1f, CentreGradient.BatchMeans)]
    [DataRow(0f, CentreGradient.BatchMeans)]
    [DataRow(1f, CentreGradient.None)]
    public void Batch_of_one_class_gives_a_number_and_finite_gradients(float label, CentreGradient gradient)
    {
        var features = Features((5, 5), (6, 6)).requires_grad_();
        var loss = Loss([2, 0], [0, 0], gradient);

        var (value, active) = loss.Compute(features, tensor(new[] { label, label }));
        value.backward();

        Assert.IsTrue(float.IsFinite(value.item<float>()));
        Assert.AreEqual(2, active);
        Assert.IsTrue(features.grad!.isfinite().all().item<bool>());
    }

    [TestMethod]
    public void Inside_the_margins_the_loss_and_its_gradient_are_zero()
    {
        var features = Features((2, 0), (0, 0)).requires_grad_();
        var (value, active) = Loss([2, 0], [0, 0], CentreGradient.None).Compute(features, tensor(new[] { 1f, 0f }));
        value.backward();

        Assert.AreEqual(0f, value.item<float>());
        Assert.AreEqual(0, active);
        Assert.AreEqual(0f, features.grad!.abs().sum().item<float>());
    }

    [TestMethod]
    public void Gradient_of_the_authors_pushes_the_class_means_apart()
    {
        // The means differ in x alone, so in y the two losses differ by a factor only. With that factor taken out, what is left in x comes from the batch term.
        var features = Features((1.1f, 3), (0.9f, 3)).requires_grad_();
        var literal = features.detach().clone().requires_grad_();
        var labels = tensor(new[] { 1f, 0f });
        Loss([2, 0], [0, 0], CentreGradient.BatchMeans).Compute(features, labels).Loss.backward();
        Loss([2, 0], [0, 0], CentreGradient.None).Compute(literal, labels).Loss.backward();

        // Descending moves against the gradient: the fake gains in x and the real loses.
        var scale = literal.grad![0][1].item<float>() / features.grad![0][1].item<float>();
        var fake = features.grad[0][0].item<float>() * scale - literal.grad[0][0].item<float>();
        var real = features.grad[1][0].item<float>() * scale - literal.grad[1][0].item<float>();
        Assert.IsLessThan(0f, fake);
        Assert.IsGreaterThan(0f, real);
    }

    [TestMethod]
    public void Centres_move_by_equation_4()
    {
        var loss = Loss([2, 0], [0, 0], CentreGradient.None, alpha: 0.1);

        loss.MoveCentres(Features((4, 2), (6, 4), (1, 1)), tensor(new[] { 1f, 1f, 0f }));

        // CF = 0.9 (2,0) + 0.1 (5,3); CR = 0.1 (1,1).
        CollectionAssert.AreEqual(new[] { 2.3f, 0.3f }, Rounded(loss.FakeCentre));
        CollectionAssert.AreEqual(new[] { 0.1f, 0.1f }, Rounded(loss.RealCentre));
    }

    [TestMethod]
    public void Centre_of_a_class_that_the_batch_lacks_stays()
    {
        var loss = Loss([2, 0], [7, 7], CentreGradient.None, alpha: 0.1);

        loss.MoveCentres(Features((4, 2)), tensor(new[] { 1f }));

        CollectionAssert.AreEqual(new[] { 7f, 7f }, Rounded(loss.RealCentre));
    }

    private static ClusterLoss Loss(float[] fake, float[] real, CentreGradient gradient, double alpha = 1e-4)
        => new(tensor(fake), tensor(real), new SamFeatureOptions { CentreGradient = gradient, Alpha = alpha });

    private static Tensor Features(params (float X, float Y)[] rows) => tensor(rows.SelectMany(row => new[] { row.X, row.Y }).ToArray()).reshape(rows.Length, 2);

    private static float[] Rounded(Tensor tensor) => [.. tensor.data<float>().Select(value => MathF.Round(value, 5))];
}
