using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CDNet.MLNet.Scoring;
using CDNet.Server.Api;
using CDNet.Server.Limits;

namespace CDNet.Server.Tests;

/// <summary>What tests of the server share: the library's own model, two photographs, requests and what comes back.</summary>
[TestClass]
public static class Serving
{
    /// <summary>A photograph with one face.</summary>
    public static string Face { get; } = Path.Combine(AppContext.BaseDirectory, "Pictures", "astronaut.jpg");

    /// <summary>A photograph with none.</summary>
    public static string NoFace { get; } = Path.Combine(AppContext.BaseDirectory, "Pictures", "rocket.jpg");

    public static CDNetModel Model { get; private set; } = null!;

    [AssemblyInitialize]
    public static void Load(TestContext _) => Model = CDNetModel.LoadDefault();

    [AssemblyCleanup]
    public static void Unload() => Model.Dispose();

    /// <summary>A server with the model, on a free port.</summary>
    public static Task<ScoringServer> StartAsync(ServeOptions? options = null) => ScoringServer.StartAsync(Model, (options ?? new ServeOptions()) with { Port = 0 });

    /// <summary>A server with another scorer, on a free port.</summary>
    internal static Task<ScoringServer> StartAsync(IPictureScorer scorer, ServeOptions options)
        => ScoringServer.StartAsync(scorer, ModelFacts.Of(Model, options), options with { Port = 0 }, CancellationToken.None);

    public static HttpClient Client(ScoringServer server) => new() { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(1) };

    /// <summary>A form with files.</summary>
    public static MultipartFormDataContent Form(params (string Name, byte[] Content)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, content) in files)
            form.Add(new ByteArrayContent(content), "file", name);
        return form;
    }

    /// <summary>A picture as the body.</summary>
    public static ByteArrayContent Body(byte[] content, string type = "image/jpeg") => new(content) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };

    /// <summary>The rows of an answer that must be 200.</summary>
    public static async Task<JsonElement[]> RowsAsync(Task<HttpResponseMessage> answer)
    {
        using var response = await answer;
        var text = await response.Content.ReadAsStringAsync();
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, text);
        return [.. JsonDocument.Parse(text).RootElement.EnumerateArray()];
    }

    /// <summary>Asserts that an answer is a problem of this status with all these words, and gives it.</summary>
    public static async Task<HttpResponseMessage> AssertProblemAsync(Task<HttpResponseMessage> answer, int status, params string[] words)
    {
        var response = await answer;
        var text = await response.Content.ReadAsStringAsync();
        Assert.AreEqual(status, (int)response.StatusCode, text);
        Assert.AreEqual(Problems.ContentType, response.Content.Headers.ContentType?.MediaType, text);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.AreEqual(status, problem.GetProperty("status").GetInt32());
        foreach (var word in words)
            StringAssert.Contains(problem.GetProperty("detail").GetString(), word);
        return response;
    }

    /// <summary>Waits until something is so, at most 20 seconds.</summary>
    public static async Task UntilAsync(Func<bool> isSo, string what)
    {
        for (var i = 0; i < 1000 && !isSo(); i++)
            await Task.Delay(20);
        Assert.IsTrue(isSo(), what);
    }
}
