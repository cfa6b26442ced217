using System.Text.Json;

namespace CDNet.Server.Tests;

/// <summary>What the server says of itself, and to whom.</summary>
[TestClass]
public sealed class ScoringServerTests
{
    private static ScoringServer _server = null!;
    private static HttpClient _client = null!;

    [ClassInitialize]
    public static async Task Start(TestContext _) => _client = Serving.Client(_server = await Serving.StartAsync(new ServeOptions { AllowedHosts = ["faces.example.org"] }));

    [ClassCleanup]
    public static async Task Stop()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [TestMethod]
    public async Task Model_and_limits_are_told()
    {
        var model = await JsonAsync("/api/model");

        Assert.AreEqual("default", model.GetProperty("name").GetString());
        Assert.AreEqual(Serving.Model.Sha256, model.GetProperty("sha256").GetString());
        Assert.AreEqual(Serving.Model.Threshold, model.GetProperty("threshold").GetSingle());
        StringAssert.Contains(model.GetProperty("caveat").GetString(), "evidence, not proof");
        Assert.AreEqual(20 << 20, model.GetProperty("limits").GetProperty("maxUploadBytes").GetInt64());
        StringAssert.Contains(await _client.GetStringAsync(model.GetProperty("card").GetString()), "# Model card");
    }

    [TestMethod]
    [DataRow("/health/live", "live")]
    [DataRow("/health/ready", "ready")]
    public async Task Health_is_told(string path, string status) => Assert.AreEqual(status, (await JsonAsync(path)).GetProperty("status").GetString());

    [TestMethod]
    public async Task OpenApi_document_lists_each_route_with_what_it_answers()
    {
        var document = await JsonAsync("/openapi/v1.json");

        var paths = document.GetProperty("paths");
        CollectionAssert.AreEquivalent(_server.Routes.Where(route => !route.StartsWith("/openapi", StringComparison.Ordinal)).ToArray(), paths.EnumerateObject().Select(path => path.Name).ToArray());
        foreach (var path in paths.EnumerateObject().Where(path => path.Value.TryGetProperty("get", out _)))
        {
            using var answer = await _client.GetAsync(path.Name);
            var described = path.Value.GetProperty("get").GetProperty("responses").GetProperty($"{(int)answer.StatusCode}").GetProperty("content");
            Assert.IsTrue(described.TryGetProperty(answer.Content.Headers.ContentType!.MediaType!, out var content), path.Name);
            if (!answer.Content.Headers.ContentType.MediaType!.EndsWith("json", StringComparison.Ordinal))
                continue;
            var found = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.EnumerateObject().Select(property => property.Name);
            CollectionAssert.AreEquivalent(Properties(document, content.GetProperty("schema")), found.ToArray(), path.Name);
        }
    }

    [TestMethod]
    public async Task OpenApi_document_says_what_scoring_takes_and_gives()
    {
        var document = await JsonAsync("/openapi/v1.json");

        var post = document.GetProperty("paths").GetProperty("/api/score").GetProperty("post");
        Assert.IsTrue(post.GetProperty("requestBody").GetProperty("content").TryGetProperty("multipart/form-data", out _));
        Assert.IsTrue(post.GetProperty("requestBody").GetProperty("content").TryGetProperty("image/jpeg", out _));
        Assert.AreEqual("evidence", post.GetProperty("parameters").EnumerateArray().Single().GetProperty("name").GetString());
        foreach (var status in new[] { "400", "403", "413", "415", "422", "429", "504" })
            Assert.IsTrue(post.GetProperty("responses").GetProperty(status).GetProperty("content").TryGetProperty("application/problem+json", out _), status);
        using var file = Serving.Body(File.ReadAllBytes(Serving.Face));
        var row = (await Serving.RowsAsync(_client.PostAsync("/api/score?evidence=true", file))).Single();
        var items = post.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("items");
        CollectionAssert.AreEquivalent(Properties(document, items), row.EnumerateObject().Select(property => property.Name).ToArray());
    }

    [TestMethod]
    public async Task Browsers_are_told_to_run_nothing_else_and_nobody_else_may_read()
    {
        using var page = await _client.GetAsync("/");
        using var api = await _client.GetAsync("/api/model");
        using var none = await Serving.AssertProblemAsync(_client.GetAsync("/etc/passwd"), 404);
        using var wrong = await Serving.AssertProblemAsync(_client.GetAsync("/api/score"), 405);

        Assert.AreEqual("text/html", page.Content.Headers.ContentType!.MediaType);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        StringAssert.Contains(policy, "default-src 'none'");
        StringAssert.Contains(policy, "script-src 'sha256-");
        Assert.IsFalse(policy.Contains("unsafe", StringComparison.Ordinal), policy);
        foreach (var answer in new[] { page, api, none, wrong })
        {
            StringAssert.Contains(answer.Headers.GetValues("Content-Security-Policy").Single(), "frame-ancestors 'none'");
            Assert.AreEqual("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.AreEqual("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
            Assert.IsTrue(answer.Headers.CacheControl!.NoStore);
            Assert.IsFalse(answer.Headers.Contains("Access-Control-Allow-Origin"));
            Assert.IsFalse(answer.Headers.Contains("Server"));
        }
        var html = await page.Content.ReadAsStringAsync();
        Assert.IsFalse(html.Contains("{{", StringComparison.Ordinal), "a value is missing");
        Assert.IsFalse(html.Contains("https:", StringComparison.Ordinal), "the page needs no network");
    }

    [TestMethod]
    [DataRow("localhost", 200)]
    [DataRow("127.0.0.1", 200)]
    [DataRow("faces.example.org", 200)]
    [DataRow("evil.example.org", 400)]
    public async Task Requests_for_other_names_are_refused(string host, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/model") { Headers = { Host = host } };

        using var answer = await _client.SendAsync(request);

        Assert.AreEqual(status, (int)answer.StatusCode);
    }

    [TestMethod]
    public async Task Port_that_is_taken_is_told()
    {
        var error = await Assert.ThrowsAsync<IOException>(() => ScoringServer.StartAsync(Serving.Model, new ServeOptions { Port = _server.Address.Port }));

        StringAssert.Contains(error.Message, $"localhost:{_server.Address.Port}: cannot listen there");
        StringAssert.Contains(error.Message, "Name another port");
    }

    private static async Task<JsonElement> JsonAsync(string path) => JsonDocument.Parse(await _client.GetStringAsync(path)).RootElement;

    private static string[] Properties(JsonElement document, JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            schema = document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        return [.. schema.GetProperty("properties").EnumerateObject().Select(property => property.Name)];
    }
}
