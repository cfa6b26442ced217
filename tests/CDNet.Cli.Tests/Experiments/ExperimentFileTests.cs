using CDNet.Cli.Experiments;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Torch;

namespace CDNet.Cli.Tests.Experiments;

[TestClass]
public sealed class ExperimentFileTests
{
    private const string Head = """
        { "name": "n", "description": "d", "train": { "name": "t", "data": "a" }, "test": [ { "name": "x", "data": "b", "split": "val" } ], "seeds": [1],
        """;

    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void A_cell_sets_what_it_says_beyond_or_instead_of_the_common_settings()
    {
        var file = Load(Head + """
            "common": { "beta": 0.3, "batchSize": 8 }, "cells": { "one": {}, "two": { "beta": 0.5, "centreGradient": "none", "clusterLoss": "logistic", "projectionRate": 0.1, "scoreForm": "difference", "network": "xception", "augmentation": "paper" } } }
            """);

        var options = file.AllCells().Select(cell => cell.Settings.ToOptions(seed: 7, checkpoints: "c")).ToArray();

        Assert.AreEqual((0.3, 8, "sam", 7), (options[0].Training.Beta, options[0].Training.BatchSize, options[0].Training.Network, options[0].Training.Seed));
        Assert.AreEqual((0.5, 8, "xception"), (options[1].Training.Beta, options[1].Training.BatchSize, options[1].Training.Network));
        Assert.AreEqual(CentreGradient.None, options[1].Training.CentreGradient);
        Assert.AreEqual(ClusterLossForm.Logistic, options[1].Training.ClusterLoss);
        Assert.AreEqual((1, 0.1), (options[0].Training.ProjectionRate, options[1].Training.ProjectionRate));
        Assert.AreEqual(ClusterScoreForm.Difference, options[1].ScoreForm);
        Assert.AreEqual(AugmentationOptions.Paper, options[1].Training.Augmentation);
        Assert.AreEqual("val", file.Test[0].Split);
    }

    [TestMethod]
    public void What_a_cell_leaves_out_has_the_default_of_the_components()
    {
        var training = Load(Head + """ "cells": { "one": {} } }""").AllCells()[0].Settings.ToOptions(1, "c").Training;

        Assert.AreEqual(new SamFeatureOptions { SamplingKeyColumnName = "SourceVideo", CheckpointFolder = "c", Resume = true, AmplitudeOptions = training.AmplitudeOptions }, training);
    }

    [TestMethod]
    [DataRow(""" "cells": { "one": { "betta": 1 } } }""", "betta", DisplayName = "an unknown setting")]
    [DataRow(""" "cells": { "one": { "beta": 7 } } }""", "Beta is 7", DisplayName = "a setting out of its range")]
    [DataRow(""" "cells": { "one": { "network": "resnet" } } }""", "sam, xception", DisplayName = "an unknown network")]
    [DataRow(""" "cells": { "one": { "augmentation": "much" } } }""", "robust", DisplayName = "an unknown augmentation")]
    [DataRow(""" "cells": { "one": { "head": 1 } } }""", "one", DisplayName = "a number for a word")]
    [DataRow(""" "cells": {} }""", "cells is empty", DisplayName = "no cell")]
    [DataRow(""" "cells": { "one": {} }, "what": 1 }""", "what", DisplayName = "an unknown property")]
    [DataRow(""" "cells": { "one": {} """, "", DisplayName = "a file that ends early")]
    public void Errors_are_named(string rest, string word)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Load(Head + rest));

        StringAssert.Contains(error.Message, "x.json");
        StringAssert.Contains(error.Message, word);
    }

    [TestMethod]
    public void The_shipped_experiments_load()
    {
        var folder = Path.Combine(Path.GetDirectoryName(Cdnet.Program)!, "data-manifests", "experiments");
        var files = Directory.GetFiles(folder, "*.json");

        Assert.IsGreaterThanOrEqualTo(2, files.Length);
        foreach (var file in files)
            Assert.IsNotEmpty(ExperimentFile.Load(file).AllCells());
        var ablation = ExperimentFile.Load(Path.Combine(folder, "ablation-dfdc.json")).AllCells().Select(cell => (cell.Settings.Network, cell.Settings.Head)).ToHashSet();
        Assert.HasCount(4, ablation);
    }

    private ExperimentFile Load(string text)
    {
        File.WriteAllText(_folder.File("x.json"), text);
        return ExperimentFile.Load(_folder.File("x.json"));
    }
}
