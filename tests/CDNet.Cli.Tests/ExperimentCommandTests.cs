using System.Text.Json;

namespace CDNet.Cli.Tests;

[TestClass]
public sealed class ExperimentCommandTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Every_cell_is_trained_and_tested_and_a_later_call_reads_back_what_shares_and_earlier_ones_did()
    {
        var lines = Directory.EnumerateFiles(Cdnet.Data, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select((path, index) => $"{path},{(path.Contains("fake", StringComparison.Ordinal) ? "fake" : "real")},{new[] { "train", "val", "test" }[index % 3]}");
        File.WriteAllLines(_folder.File("list.csv"), ["path,label,split", .. lines]);
        File.WriteAllText(_folder.File("x.json"), $$"""
            {
              "name": "Small", "description": "Two heads.", "seeds": [3, 4], "detector": "{{Cdnet.Detector}}",
              "train": { "name": "drawn", "data": "list.csv" }, "test": [ { "name": "drawn", "data": "list.csv" } ],
              "common": { "batchSize": 4, "epochsStage1": 1, "epochsStage2": 1 },
              "cells": { "FC": { "head": "fullyConnected" }, "CDM": {} }
            }
            """);
        string[] command = ["experiment", _folder.File("x.json"), "--root", _folder.Path, "--out", _folder.File("out"), "--json"];

        var (code, share, errors) = Cdnet.RunJson([.. command, "--shard", "0/2"]);
        Assert.AreEqual(0, code, errors);
        CollectionAssert.AreEqual(new[] { "FC 3", "FC 4" }, share.EnumerateArray().Select(run => $"{run.GetProperty("cell")} {run.GetProperty("seed")}").ToArray());
        Assert.IsFalse(File.Exists(_folder.File("out/results.md")), "the table of a share is not that of the experiment");

        (code, var runs, errors) = Cdnet.RunJson(command);

        Assert.AreEqual(0, code, errors);
        CollectionAssert.AreEqual(
            new[] { "FC 3", "CDM 3", "FC 4", "CDM 4" }, runs.EnumerateArray().Select(run => $"{run.GetProperty("cell")} {run.GetProperty("seed")}").ToArray(), "a whole table for each seed");
        foreach (var run in runs.EnumerateArray())
        {
            Assert.AreEqual(1_502_289, run.GetProperty("parameters").GetInt64());
            Assert.AreEqual(6, run.GetProperty("tests").GetProperty("drawn").GetProperty("scored").GetInt64());
        }
        StringAssert.Contains(File.ReadAllText(_folder.File("out/results.md")), "| CDM | 2 | drawn |");
        Assert.IsTrue(File.Exists(_folder.File("out/02-cdm-3.zip")));

        var (again, same, log) = Cdnet.RunJson(command);
        Assert.AreEqual(0, again);
        Assert.AreEqual(JsonSerializer.Serialize(runs), JsonSerializer.Serialize(same));
        Assert.IsFalse(log.Contains("Cutting out faces", StringComparison.Ordinal), "a run that was done is not done again");
    }

    [TestMethod]
    public void Missing_file_is_refused() => Cdnet.AssertRefuses(["experiment", _folder.File("none.json"), "--out", _folder.File("out")], "none.json", "no such experiment");
}
