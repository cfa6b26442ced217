using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace CDNet.Cli.Tests;

[TestClass]
public sealed class ServeCommandTests
{
    [TestMethod]
    public async Task Serves_until_it_is_told_to_stop_and_keeps_no_picture()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("there is no SIGTERM");
        using var folder = new TempFolder();
        var temporary = Path.GetDirectoryName(folder.File("temporary/x"))!;
        using var drawn = TestPictures.Draw(700, 500, 3, (200, 200, 60));
        var picture = TestPictures.Save(drawn, folder.File("large.png"));
        Assert.IsGreaterThan(64 << 10, new FileInfo(picture).Length, "a form's file of this size goes to a disk by default");
        using var process = ChildProcess.Start(Cdnet.Program, ["serve", "--model", Cdnet.Model, "--port", "0", "--json"], new Dictionary<string, string> { ["TMPDIR"] = temporary });
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            var started = await ReadDocumentAsync(process);
            using var client = new HttpClient { BaseAddress = new Uri(started.GetProperty("address").GetString()!) };
            var before = Directory.GetFileSystemEntries(temporary, "*", SearchOption.AllDirectories);
            using var form = new MultipartFormDataContent();
            using var file = new ByteArrayContent(await File.ReadAllBytesAsync(picture)) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
            form.Add(file, "file", picture);

            using var answer = await client.PostAsync("/api/score", form);
            var row = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement[0];

            CollectionAssert.AreEqual(before, Directory.GetFileSystemEntries(temporary, "*", SearchOption.AllDirectories));
            var expected = Cdnet.RunJson("score", picture, "--model", Cdnet.Model, "--json").Json.GetProperty("rows")[0];
            foreach (var field in expected.EnumerateObject().Where(field => field.Name is not "path" and not "score" and not "probability"))
                Assert.AreEqual(field.Value.ToString(), row.GetProperty(field.Name).ToString(), field.Name);
            Assert.AreEqual("large.png", row.GetProperty("path").GetString());
            Assert.AreEqual(expected.GetProperty("score").GetDouble(), row.GetProperty("score").GetDouble(), 1e-4);
        }
        finally
        {
            ChildProcess.Interrupt(process);
        }
        await process.WaitForExitAsync();
        Assert.AreEqual(0, process.ExitCode, await errors);
        StringAssert.Contains(await errors, "Stopping");
        Assert.IsEmpty(Directory.GetFileSystemEntries(temporary));
    }

    [TestMethod]
    public void Address_that_cannot_be_used_is_refused()
    {
        Cdnet.AssertRefuses(["serve", "--host", "faces.example.org", "--port", "0"], "Host is faces.example.org", "localhost or an IP address");
        Cdnet.AssertRefuses(["serve", "--port", "70000"], "--port is 70000", "0 to 65535");
        Cdnet.AssertRefuses(["serve", "--queue", "-1"], "--queue is -1");
    }

    private static async Task<JsonElement> ReadDocumentAsync(Process process)
    {
        var text = "";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            text += line;
            if (line == "}")
                return JsonDocument.Parse(text).RootElement;
        }
        throw new InvalidOperationException($"It ended without a document: {text}");
    }
}
