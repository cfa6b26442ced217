using CDNet.Cli.Experiments;
using CDNet.MLNet.Evaluation;

namespace CDNet.Cli.Tests.Experiments;

[TestClass]
public sealed class ExperimentTableTests
{
    [TestMethod]
    public void Mean_and_sample_deviation_by_hand()
    {
        // Mean 2; deviations -1, 0, 1: the square root of 2 / 2.
        Assert.AreEqual("2.0000 ± 1.0000", ExperimentTable.Spread([1, 2, 3]));
        Assert.AreEqual("0.5000", ExperimentTable.Spread([0.5]));
    }

    [TestMethod]
    public void A_row_for_each_cell_and_test_set()
    {
        var file = new ExperimentFile
        {
            Name = "N", Description = "D", Train = new("t", "a"), Test = [new("x", "b")], Seeds = [1, 2], Cells = new Dictionary<string, System.Text.Json.Nodes.JsonObject>(),
        };
        ExperimentRun Run(int seed, double auc) => new(
            "SAM + CDM", seed, 1_502_289, 3_440_000_000, 120, 100, 300, 0.5, 0, new Dictionary<string, EvaluationReport> { ["x"] = new(auc, 1, 0.75, 0.25, 0.5, 10, 10, 10, 0, 0) });

        var lines = ExperimentTable.Markdown(file, [Run(1, 0.7), Run(2, 0.8)]).Split('\n');

        Assert.AreEqual("# N", lines[0]);
        CollectionAssert.Contains(lines, "| SAM + CDM | 2 | x | 0.7500 ± 0.0707 | 1.0000 ± 0.0000 | 0.7500 ± 0.0000 | 0.2500 ± 0.0000 | 0.5000 ± 0.0000 | 1,502,289 | 3.44 | 300 | 2.0 |");
    }

    [TestMethod]
    public void Names_of_cells_become_names_of_files() => Assert.AreEqual("sam-cdm-beta-0.2", ExperimentRunner.Slug("SAM + CDM: beta 0.2/"));
}
