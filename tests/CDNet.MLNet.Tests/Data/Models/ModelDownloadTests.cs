using System.Security.Cryptography;
using CDNet.MLNet.Data.Models;

namespace CDNet.MLNet.Tests.Data.Models;

/// <summary>Downloads from a server on this machine that cuts the line, changes the file, or sends another one.</summary>
[TestClass]
public sealed class ModelDownloadTests
{
    private static readonly byte[] File1 = Bytes(1);
    private static readonly byte[] File2 = Bytes(2);

    private readonly TempFolder _folder = new();
    private readonly FileServer _server = new(File1);
    private readonly List<TimeSpan> _pauses = [];
    private readonly List<string> _said = [];

    private string Target => _folder.File("model.bin");

    [TestCleanup]
    public void Close()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public async Task Whole_file_gets_its_name_and_nothing_else_is_left()
    {
        await FetchAsync();

        AssertDone();
        CollectionAssert.AreEqual(new[] { "" }, _server.Ranges);
        Assert.IsEmpty(_pauses);
    }

    [TestMethod]
    public async Task Cut_line_goes_on_where_it_was_cut()
    {
        _server.CutAfter.Enqueue(60_000);
        _server.CutAfter.Enqueue(50_000);

        await FetchAsync();

        AssertDone();
        CollectionAssert.AreEqual(new[] { "", "bytes=60000-", "bytes=110000-" }, _server.Ranges);
        CollectionAssert.AreEqual(new[] { 1.0, 2.0 }, _pauses.Select(pause => pause.TotalSeconds).ToArray());
    }

    [TestMethod]
    public async Task Another_download_goes_on_where_one_that_gave_up_stopped()
    {
        for (var i = 0; i < ModelDownload.Tries; i++)
            _server.CutAfter.Enqueue(10_000);

        var error = await Assert.ThrowsExactlyAsync<ModelDownloadException>(() => FetchAsync());
        Assert.IsFalse(File.Exists(Target));
        await FetchAsync();

        StringAssert.Contains(error.Message, "byte 50,000 of 200,000");
        AssertDone();
        Assert.AreEqual("bytes=50000-", _server.Ranges[^1]);
    }

    [TestMethod]
    public async Task File_that_changed_in_between_is_fetched_anew()
    {
        _server.Content = File2;
        _server.CutAfter.Enqueue(60_000);
        await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => FetchAsync(pause: () => throw new OperationCanceledException()));
        (_server.Content, _server.Tag) = (File1, "\"v2\"");

        await FetchAsync();

        AssertDone();
        CollectionAssert.AreEqual(new[] { "", "bytes=60000-" }, _server.Ranges, "asked for the rest of v1, got the whole of v2");
    }

    [TestMethod]
    public async Task Parts_of_two_versions_without_a_mark_are_found_by_the_hash_and_fetched_anew()
    {
        (_server.Content, _server.Tag) = (File2, null);
        _server.CutAfter.Enqueue(60_000);
        await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => FetchAsync(pause: () => throw new OperationCanceledException()));
        _server.Content = File1;

        await FetchAsync();

        AssertDone();
        CollectionAssert.AreEqual(new[] { "", "bytes=60000-", "" }, _server.Ranges);
    }

    [TestMethod]
    public async Task Server_that_knows_no_ranges_sends_the_whole_again()
    {
        _server.IgnoresRanges = true;
        _server.CutAfter.Enqueue(60_000);

        await FetchAsync();

        AssertDone();
    }

    [TestMethod]
    public async Task Stop_between_the_last_byte_and_the_name_costs_no_request()
    {
        await File.WriteAllBytesAsync(Target + ".partial", File1);

        await FetchAsync();

        AssertDone();
        Assert.IsEmpty(_server.Ranges);
    }

    [TestMethod]
    public async Task Wrong_bytes_never_get_the_name_and_are_not_kept()
    {
        _server.Content = File2;

        var error = await Assert.ThrowsExactlyAsync<ModelDownloadException>(() => FetchAsync());

        StringAssert.Contains(error.Message, Convert.ToHexStringLower(SHA256.HashData(File2)));
        Assert.IsEmpty(Directory.GetFiles(_folder.Path));
        Assert.HasCount(1, _server.Ranges, "asking again would give the same");
    }

    [TestMethod]
    public async Task File_of_another_length_is_refused_before_it_is_fetched()
    {
        _server.Content = File1[..1000];

        var error = await Assert.ThrowsExactlyAsync<ModelDownloadException>(() => FetchAsync());

        StringAssert.Contains(error.Message, "1,000 bytes instead of 200,000");
    }

    [TestMethod]
    public async Task Busy_server_is_asked_again_when_it_says_and_an_absent_file_only_once()
    {
        _server.Refusals.Enqueue("503 Busy\r\nRetry-After: 7");
        await FetchAsync();
        Assert.AreEqual(7, _pauses.Single().TotalSeconds);
        File.Delete(Target);

        _server.Refusals.Enqueue("404 Not Found");
        var error = await Assert.ThrowsExactlyAsync<ModelDownloadException>(() => FetchAsync());

        StringAssert.Contains(error.Message, "404");
        Assert.HasCount(3, _server.Ranges);
    }

    [TestMethod]
    public async Task Next_address_is_tried_where_one_has_another_file()
    {
        using var other = new FileServer(File2);

        await FetchAsync(addresses: [other.Address, _server.Address]);

        AssertDone();
    }

    [TestMethod]
    public async Task Plain_http_is_refused()
    {
        var error = await Assert.ThrowsExactlyAsync<ArgumentException>(() => FetchAsync(addresses: [new Uri("http://example.org/model.bin")]));
        StringAssert.Contains(error.Message, "https://");
        Assert.IsEmpty(_server.Ranges);
    }

    [TestMethod]
    public async Task Address_that_nobody_answers_at_is_tried_and_told()
    {
        var address = _server.Address;
        _server.Dispose();

        var error = await Assert.ThrowsExactlyAsync<ModelDownloadException>(() => FetchAsync(addresses: [address]));

        StringAssert.Contains(error.Message, address.ToString());
        Assert.HasCount(ModelDownload.Tries - 1, _pauses);
    }

    [TestMethod]
    public async Task Cancelled_download_keeps_what_has_come()
    {
        _server.Slowness = TimeSpan.FromMilliseconds(1);
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAsync<OperationCanceledException>(() => FetchAsync(progress: bytes => { if (bytes > 100_000) cancel.Cancel(); }, cancellation: cancel.Token));

        Assert.IsFalse(File.Exists(Target));
        Assert.IsGreaterThan(100_000, new FileInfo(Target + ".partial").Length);
        _server.Slowness = TimeSpan.Zero;
        await FetchAsync();
        AssertDone();
        StringAssert.StartsWith(_server.Ranges[^1], "bytes=");
    }

    [TestMethod]
    public async Task Two_at_once_do_not_mix()
    {
        using var held = new FileStream(Target + ".partial", FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        var error = await Assert.ThrowsExactlyAsync<IOException>(() => FetchAsync());

        StringAssert.Contains(error.Message, "another process");
    }

    [TestMethod]
    public void File_from_elsewhere_is_taken_only_if_it_is_the_one()
    {
        File.WriteAllBytes(_folder.File("a.bin"), File1);
        File.WriteAllBytes(_folder.File("b.bin"), File2);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => ModelCopy.Take(Manifest(), _folder.File("b.bin"), Target));
        Assert.IsFalse(File.Exists(Target));
        ModelCopy.Take(Manifest(), _folder.File("a.bin"), Target);

        StringAssert.Contains(error.Message, "SHA-256");
        CollectionAssert.AreEqual(File1, File.ReadAllBytes(Target));
        Assert.HasCount(3, Directory.GetFiles(_folder.Path));
    }

    private async Task FetchAsync(IReadOnlyList<Uri>? addresses = null, Action? pause = null, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        using var client = new HttpClient();
        var download = new ModelDownload(client, _said.Add, progress ?? (_ => { }), (time, _) =>
        {
            _pauses.Add(time);
            pause?.Invoke();
            return Task.CompletedTask;
        })
        { AllowsLoopback = true };
        await download.FetchAsync(Manifest(), addresses ?? [_server.Address], Target, cancellation);
    }

    private void AssertDone()
    {
        CollectionAssert.AreEqual(File1, File.ReadAllBytes(Target));
        CollectionAssert.AreEqual(new[] { Target }, Directory.GetFiles(_folder.Path));
    }

    private static ModelManifest Manifest() => new("m", "M", "model.bin", [], "MIT", Convert.ToHexStringLower(SHA256.HashData(File1)), File1.Length);

    private static byte[] Bytes(int seed)
    {
        var bytes = new byte[200_000];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
