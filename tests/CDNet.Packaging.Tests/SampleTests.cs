using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CDNet.MLNet.Scoring;
using Microsoft.ML;

namespace CDNet.Packaging.Tests;

/// <summary>The samples, copied out of the repository and built against the packed packages.</summary>
[TestClass]
public sealed class SampleTests
{
    private static string _folder = "";

    [ClassInitialize]
    public static void Build(TestContext _)
    {
        _folder = Feed.NewFolder("samples");
        var source = Path.Combine(Feed.Repository, "samples");
        // Without nuget.config and Directory.*: a user's folder has none of them.
        foreach (var file in Directory.EnumerateFiles(source, "*.cs*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(source, file);
            if (relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
                continue;
            var target = Path.Combine(_folder, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        File.WriteAllText(
            Path.Combine(_folder, "samples.slnx"),
            """<Solution><Project Path="BatchScoring/BatchScoring.csproj" /><Project Path="WebApi/WebApi.csproj" /></Solution>""");
        Shell.Do(_folder, "dotnet", "build", "samples.slnx");
    }

    [TestMethod]
    public void Console_application_scores_with_the_default_model_and_with_one_that_the_repository_saved()
    {
        var zip = Path.Combine(_folder, "saved.zip");
        var context = new MLContext();
        using (var resource = CDNetModel.OpenDefault())
        {
            var model = context.Model.Load(resource, out var schema);
            context.Model.Save(model, schema, zip);
            ((IDisposable)model).Dispose();
        }

        foreach (var name in (string[])["default.zip", "saved.zip"])
        {
            var rows = Shell.Do(_folder, "dotnet", Assembly("BatchScoring"), name, Path.GetDirectoryName(Feed.Portrait)!, "missing.jpg").Split('\n', StringSplitOptions.RemoveEmptyEntries);

            Assert.HasCount(4, rows);
            var portrait = rows[1].Split(',');
            Assert.AreEqual(Feed.Portrait, portrait[0]);
            Assert.AreEqual($"{Feed.Expected.Verdict}".ToLowerInvariant(), portrait[1]);
            Assert.AreEqual(Feed.Expected.Probability, float.Parse(portrait[2], CultureInfo.InvariantCulture), 1e-5f);
            Assert.AreEqual(Feed.Expected.Score, float.Parse(portrait[3], CultureInfo.InvariantCulture), 1e-5f);
            StringAssert.StartsWith(rows[2], $"{Feed.Rocket},noface,NaN");
            StringAssert.Contains(rows[3], "no such file");
        }
    }

    [TestMethod]
    public async Task Web_application_scores_uploads_side_by_side()
    {
        using var server = Shell.Start(_folder, "dotnet", Assembly("WebApi"), "--urls", "http://127.0.0.1:0");
        try
        {
            using var client = new HttpClient { BaseAddress = Address(server) };
            var uploads = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Upload(client, i % 2 == 0 ? Feed.Portrait : Feed.Rocket)));
            for (var i = 0; i < uploads.Length; i++)
            {
                Assert.AreEqual(HttpStatusCode.OK, uploads[i].Status);
                var score = uploads[i].Body.GetProperty("score");
                if (i % 2 == 0)
                    Assert.AreEqual(Feed.Expected.Score, score.GetSingle(), 1e-5f);
                else
                    Assert.AreEqual(JsonValueKind.Null, score.ValueKind);
            }
            var bad = await Upload(client, Assembly("WebApi"));
            Assert.AreEqual(HttpStatusCode.BadRequest, bad.Status);
            StringAssert.Contains(bad.Body.GetProperty("error").GetString(), "WebApi.dll");
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
        }
    }

    [TestMethod]
    public void File_based_program_scores_and_explains()
    {
        var output = Shell.Do(_folder, "dotnet", "run", "score.cs", Feed.Portrait, Feed.Rocket);

        StringAssert.Contains(output, $"{Feed.Portrait}: {Feed.Expected.Verdict}");
        StringAssert.Contains(output, $"{Feed.Rocket}: NoFace");
        StringAssert.Contains(output, $"most suspicious: {Feed.Portrait}");
        foreach (var part in (string[])["Face", "RightEye", "LeftEye", "Nose", "Mouth"])
            StringAssert.Contains(output, part);
    }

    private static string Assembly(string project) => Path.Combine(_folder, project, "bin", "Debug", "net10.0", project + ".dll");

    private static Uri Address(System.Diagnostics.Process server)
    {
        const string listening = "Now listening on: ";
        while (server.StandardOutput.ReadLine() is { } line)
        {
            if (line.Contains(listening, StringComparison.Ordinal))
            {
                // Its log must not fill the pipe.
                _ = server.StandardOutput.ReadToEndAsync();
                return new Uri(line[(line.IndexOf(listening, StringComparison.Ordinal) + listening.Length)..]);
            }
        }
        throw new InvalidOperationException($"The server ended: {server.StandardError.ReadToEnd()}");
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Upload(HttpClient client, string file)
    {
        using var content = new MultipartFormDataContent { { new ByteArrayContent(await File.ReadAllBytesAsync(file)), "picture", Path.GetFileName(file) } };
        using var response = await client.PostAsync("/score", content);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }
}
