using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Net;
using System.Text;
using System.Text.Json;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.Server.Tests.Api;

/// <summary>Pictures over HTTP to a server with the library's own model.</summary>
[TestClass]
public sealed class ScoreEndpointTests
{
    private const int MaxBytes = 300_000;

    private static ScoringServer _server = null!;
    private static HttpClient _client = null!;
    private static byte[] _face = null!;
    private static byte[] _noFace = null!;

    [ClassInitialize]
    public static async Task Start(TestContext _)
    {
        _server = await Serving.StartAsync(new ServeOptions { MaxUploadBytes = MaxBytes, MaxPictures = 3, MaxPixels = 1_000_000 });
        _client = Serving.Client(_server);
        (_face, _noFace) = (File.ReadAllBytes(Serving.Face), File.ReadAllBytes(Serving.NoFace));
    }

    [ClassCleanup]
    public static async Task Stop()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [TestMethod]
    public async Task Face_has_the_score_of_the_batch_scorer_and_the_fields_of_a_score_file()
    {
        using var scorer = new BatchScorer(Serving.Model);
        var expected = (await scorer.ScoreAsync([Serving.Face]).ToListAsync()).Single();

        var row = (await PostAsync(Serving.Form(("astronaut.jpg", _face)))).Single();

        var wanted = JsonSerializer.SerializeToElement(ScoreRow.Of(expected with { Path = "astronaut.jpg" }));
        foreach (var field in wanted.EnumerateObject().Where(field => field.Name is not "score" and not "probability" and not "familiarity"))
            Assert.AreEqual(field.Value.ToString(), row.GetProperty(field.Name).ToString(), field.Name);
        Assert.AreEqual(expected.Score, row.GetProperty("score").GetSingle(), 1e-5f);
        Assert.AreEqual(expected.Probability, row.GetProperty("probability").GetSingle(), 1e-5f);
        // A step of the scale is a thousandth.
        Assert.AreEqual(expected.Familiarity, row.GetProperty("familiarity").GetSingle(), 2e-3f);
        Assert.AreEqual(expected.IsUnfamiliar, row.GetProperty("unfamiliar").GetBoolean());
        Assert.AreEqual(MLNet.Reports.Words.Of(expected.Probability, expected.IsUnfamiliar), row.GetProperty("words").GetString());
        Assert.IsFalse(row.TryGetProperty("evidence", out _), "nobody asked for it");
    }

    [TestMethod]
    public async Task Evidence_is_that_of_the_explainer()
    {
        using var explainer = new FaceExplainer(Serving.Model);
        var expected = explainer.Explain(Serving.Face).Single();

        var row = (await PostAsync(Serving.Form(("a.jpg", _face)), "?evidence=true")).Single();

        var evidence = row.GetProperty("evidence");
        Assert.AreEqual(expected.DistanceToReal!.Value, evidence.GetProperty("distanceToReal").GetSingle(), 1e-3f);
        Assert.AreEqual(expected.DistanceToFake!.Value, evidence.GetProperty("distanceToFake").GetSingle(), 1e-3f);
        var parts = evidence.GetProperty("parts").EnumerateArray().ToArray();
        Assert.HasCount(expected.Parts.Count, parts);
        foreach (var (part, found) in expected.Parts.Zip(parts))
        {
            Assert.AreEqual(part.Part, found.GetProperty("part").GetString());
            Assert.AreEqual(part.Contribution, found.GetProperty("contribution").GetSingle(), 1e-4f);
        }
    }

    [TestMethod]
    public async Task Picture_may_be_the_body_itself()
    {
        var form = (await PostAsync(Serving.Form(("a.jpg", _face)))).Single();

        var row = (await PostAsync(Serving.Body(_face))).Single();

        Assert.AreEqual(form.GetProperty("score").GetSingle(), row.GetProperty("score").GetSingle(), 1e-5f);
        Assert.AreEqual("picture", row.GetProperty("path").GetString());
    }

    [TestMethod]
    public async Task Pictures_of_one_name_come_in_order_and_one_bad_one_does_not_stop_the_rest()
    {
        var rows = await PostAsync(Serving.Form(("x.jpg", _noFace), ("x.jpg", Encoding.UTF8.GetBytes("no picture at all")), ("x.jpg", _face)));

        Assert.HasCount(3, rows);
        Assert.AreEqual("noface", rows[0].GetProperty("verdict").GetString());
        StringAssert.Contains(rows[0].GetProperty("words").GetString(), "No face was found");
        Assert.AreEqual(JsonValueKind.Null, rows[0].GetProperty("score").ValueKind);
        StringAssert.Contains(rows[1].GetProperty("error").GetString(), "no picture in a known format");
        Assert.AreEqual(JsonValueKind.Number, rows[2].GetProperty("score").ValueKind);
    }

    [TestMethod]
    public async Task What_is_no_picture_is_said_so()
    {
        await RefusedAsync(422, Serving.Form(("note.txt", Encoding.UTF8.GetBytes("Dear Sir,"))), "note.txt", "no picture in a known format");
        await RefusedAsync(422, Serving.Form(("empty.jpg", [])), "empty.jpg", "the file is empty");
        await RefusedAsync(422, Serving.Body([]), "the file is empty");
        await RefusedAsync(422, Serving.Form(("half.jpg", _face[..(_face.Length / 2)])), "half.jpg", "truncated");
        await RefusedAsync(415, new StringContent("{}", Encoding.UTF8, "application/json"), "application/json", "multipart/form-data");
        await RefusedAsync(415, new ByteArrayContent(_face), "no content type");
        using var fields = new MultipartFormDataContent { { new StringContent("hello"), "field" } };
        await RefusedAsync(400, fields, "no file", "curl");
        await RefusedAsync(400, Serving.Body(Encoding.ASCII.GetBytes("--x\r\nContent-Dis"), "multipart/form-data; boundary=x"), "cannot be read");
        await RefusedAsync(400, Serving.Body(_face, "multipart/form-data"), "boundary");
    }

    [TestMethod]
    public async Task Too_many_bytes_are_refused_with_and_without_a_length_and_the_server_goes_on()
    {
        var large = new byte[MaxBytes + 200_000];
        await RefusedAsync(413, Serving.Form(("a.jpg", large)), "300,000 bytes", "--max-upload");
        await RefusedAsync(413, Serving.Body(large), "300,000 bytes");
        using var unknown = new HttpRequestMessage(HttpMethod.Post, "/api/score") { Content = Serving.Body(large) };
        unknown.Headers.TransferEncodingChunked = true;
        (await Serving.AssertProblemAsync(_client.SendAsync(unknown), 413, "300,000 bytes")).Dispose();
        // Together too large, though none of them is.
        await RefusedAsync(413, Serving.Form(("a.jpg", new byte[MaxBytes - 10]), ("b.jpg", new byte[20])), "300,000 bytes");
        await RefusedAsync(413, Serving.Form(("a", [1]), ("b", [1]), ("c", [1]), ("d", [1])), "At most 3 pictures");

        Assert.HasCount(1, await PostAsync(Serving.Body(_face)));
        await Serving.UntilAsync(() => _server.Queue.Inside == 0, "places were not given back");
    }

    [TestMethod]
    public async Task Small_file_that_claims_many_pixels_is_refused_before_it_is_decoded()
    {
        var bomb = PngOf(30_000, 30_000);
        Assert.IsLessThan(200, bomb.Length);

        await RefusedAsync(422, Serving.Form(("bomb.png", bomb)), "bomb.png: 30000x30000 pixels are too many (at most 1,000,000)", "scale the picture down");
    }

    [TestMethod]
    [DataRow("../../etc/<img src=x onerror=alert(1)>.jpg", "<img src=x onerror=alert(1)>.jpg")]
    [DataRow("C:\\Windows\\evil\u202Egpj.exe", "evilgpj.exe")]
    [DataRow("/", "picture 1")]
    public async Task Hostile_file_name_is_text_without_folders(string given, string expected)
    {
        using var form = new MultipartFormDataContent("boundary");
        var file = new ByteArrayContent(_noFace);
        file.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=file; filename*=UTF-8''{Uri.EscapeDataString(given)}");
        form.Add(file);

        var row = (await PostAsync(form)).Single();

        Assert.AreEqual(expected, row.GetProperty("path").GetString());
    }

    [TestMethod]
    public async Task Long_file_name_is_cut()
    {
        var row = (await PostAsync(Serving.Form((new string('a', 2000), _noFace)))).Single();

        Assert.AreEqual(200, row.GetProperty("path").GetString()!.Length);
    }

    [TestMethod]
    public async Task Many_faces_are_refused()
    {
        await using var server = await Serving.StartAsync(new ServeOptions { MaxFaces = 1 });
        using var client = Serving.Client(server);
        using var twice = TwoFaces();

        var answer = await Serving.AssertProblemAsync(client.PostAsync("/api/score", twice), 422, "2 faces are too many to be scored at once (at most 1)");

        answer.Dispose();
    }

    [TestMethod]
    public async Task Page_of_another_site_may_not_send_pictures()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/score") { Content = Serving.Form(("a.jpg", _face)), Headers = { { "Sec-Fetch-Site", "cross-site" } } };

        (await Serving.AssertProblemAsync(_client.SendAsync(request), 403, "other sites")).Dispose();
    }

    [TestMethod]
    public async Task Many_at_once_are_scored_or_told_to_come_back_and_nothing_stays_behind()
    {
        await using var server = await Serving.StartAsync(new ServeOptions { Workers = 2, MaxWaiting = 2 });
        using var client = Serving.Client(server);
        async Task<HttpStatusCode> AskAsync()
        {
            using var answer = await client.PostAsync("/api/score", Serving.Body(_face));
            await answer.Content.ReadAsByteArrayAsync();
            return answer.StatusCode;
        }
        async Task<long> RoundAsync()
        {
            var statuses = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => AskAsync()));
            Assert.IsTrue(statuses.All(status => status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests), string.Join(' ', statuses));
            CollectionAssert.Contains(statuses, HttpStatusCode.OK);
            CollectionAssert.Contains(statuses, HttpStatusCode.TooManyRequests);
            await Serving.UntilAsync(() => server.Queue is { Inside: 0, InWork: 0 }, "places were not given back");
            return GC.GetTotalMemory(forceFullCollection: true);
        }
        var first = await RoundAsync();
        var last = 0L;
        for (var i = 0; i < 4; i++)
            last = await RoundAsync();

        // Other tests run beside this one; what each request left behind would be more than this.
        Assert.IsLessThan(first + (32L << 20), last, "bytes that are held");
    }

    private static Task<JsonElement[]> PostAsync(HttpContent content, string query = "") => Serving.RowsAsync(_client.PostAsync("/api/score" + query, content));

    private static async Task RefusedAsync(int status, HttpContent content, params string[] words)
    {
        using (content)
            (await Serving.AssertProblemAsync(_client.PostAsync("/api/score", content), status, words)).Dispose();
    }

    private static ByteArrayContent TwoFaces()
    {
        using var one = SkiaSharp.SKBitmap.Decode(_face);
        using var two = new SkiaSharp.SKBitmap(2 * one.Width, one.Height);
        using (var canvas = new SkiaSharp.SKCanvas(two))
        {
            canvas.DrawBitmap(one, 0, 0);
            canvas.DrawBitmap(one, one.Width, 0);
        }
        using var file = two.Encode(SkiaSharp.SKEncodedImageFormat.Jpeg, 95);
        return Serving.Body(file.ToArray());
    }

    /// <summary>A PNG that says it is so large, with the data of one row.</summary>
    private static byte[] PngOf(int width, int height)
    {
        var file = new MemoryStream();
        void Chunk(string name, byte[] data)
        {
            Span<byte> number = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
            file.Write(number);
            byte[] body = [.. Encoding.ASCII.GetBytes(name), .. data];
            file.Write(body);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(body));
            file.Write(number);
        }
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        (head[8], head[9]) = (8, 0);
        Chunk("IHDR", head);
        var data = new MemoryStream();
        using (var deflate = new ZLibStream(data, CompressionLevel.SmallestSize, leaveOpen: true))
            deflate.Write(new byte[width + 1]);
        Chunk("IDAT", data.ToArray());
        Chunk("IEND", []);
        return file.ToArray();
    }
}
