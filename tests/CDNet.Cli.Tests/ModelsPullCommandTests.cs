using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CDNet.Cli.Tests;

/// <summary>The command as a process against an HTTPS server on this machine, whose certificate it is told to trust the way a system's are.</summary>
[TestClass]
public sealed class ModelsPullCommandTests
{
    private static readonly byte[] Model = RandomNumberGenerator.GetBytes(400_000);

    private readonly TempFolder _folder = new();
    private readonly X509Certificate2 _certificate = Certificate();

    [TestInitialize]
    public void WriteManifestAndCertificate()
    {
        File.WriteAllText(_folder.File("trusted.pem"), _certificate.ExportCertificatePem());
        File.WriteAllText(
            _folder.File("m.json"),
            $$"""
            {"name": "m", "title": "M", "file": "m.bin", "licence": "MIT", "bytes": {{Model.Length}}, "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(Model))}}",
             "sources": [{"url": "https://model.invalid/m.bin", "isVerified": false, "evidence": "no such address"}]}
            """);
    }

    [TestCleanup]
    public void RemoveFolder()
    {
        _certificate.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public void Killed_download_goes_on_in_the_next_process()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("trusts a certificate by SSL_CERT_FILE");
        using var server = new FileServer(Model, _certificate) { Slowness = TimeSpan.FromMilliseconds(20) };
        var partial = _folder.File("out/m.bin.partial");
        using (var process = ChildProcess.Start(Cdnet.Program, Arguments(server.Address), Environment()))
        {
            var watch = Stopwatch.StartNew();
            while (!(File.Exists(partial) && new FileInfo(partial).Length > 50_000) && watch.Elapsed < TimeSpan.FromSeconds(60) && !process.HasExited)
                Thread.Sleep(10);
            process.Kill();
            process.WaitForExit();
        }
        Assert.IsFalse(File.Exists(_folder.File("out/m.bin")));
        server.Slowness = TimeSpan.Zero;

        var (code, output, errors) = ChildProcess.Run(Cdnet.Program, Arguments(server.Address), Environment());

        Assert.AreEqual(0, code, errors);
        CollectionAssert.AreEqual(Model, File.ReadAllBytes(_folder.File("out/m.bin")));
        StringAssert.StartsWith(server.Ranges[^1], "bytes=");
        StringAssert.Contains(errors, "going on at byte");
        StringAssert.Contains(output, "is there now");
        CollectionAssert.AreEqual(new[] { _folder.File("out/m.bin") }, Directory.GetFiles(_folder.File("out")));
    }

    [TestMethod]
    public void Being_sent_on_to_plain_http_is_refused()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("trusts a certificate by SSL_CERT_FILE");
        using var server = new FileServer(Model, _certificate);
        server.Refusals.Enqueue("302 Found\r\nLocation: http://localhost/m.bin");

        var (code, _, errors) = ChildProcess.Run(Cdnet.Program, Arguments(server.Address), Environment());

        Assert.AreEqual(2, code);
        StringAssert.Contains(errors, "no HTTPS address");
    }

    [TestMethod]
    public void Server_that_the_system_does_not_trust_is_refused()
    {
        using var server = new FileServer(Model, _certificate);

        var (code, _, errors) = ChildProcess.Run(Cdnet.Program, Arguments(server.Address), timeoutSeconds: 60);

        Assert.AreEqual(2, code);
        Assert.IsFalse(File.Exists(_folder.File("out/m.bin")));
        StringAssert.Contains(errors, "certificate");
    }

    [TestMethod]
    public void Without_a_network_it_says_what_to_fetch_and_where_to_put_it()
        => Cdnet.AssertRefuses(
            ["models", "pull", _folder.File("m.json"), "--to", _folder.File("out")],
            "https://model.invalid/m.bin", Convert.ToHexStringLower(SHA256.HashData(Model)), "--from FILE", _folder.File("out/m.bin"));

    [TestMethod]
    public void File_from_elsewhere_is_taken_and_the_second_time_it_is_there()
    {
        File.WriteAllBytes(_folder.File("fetched.bin"), Model);
        string[] arguments = ["models", "pull", _folder.File("m.json"), "--to", _folder.File("out"), "--json"];

        var (code, json, errors) = Cdnet.RunJson([.. arguments, "--from", _folder.File("fetched.bin")]);
        Assert.AreEqual(0, code, errors);
        Assert.IsFalse(json.GetProperty("wasThere").GetBoolean());

        (code, json, errors) = Cdnet.RunJson(arguments);
        Assert.AreEqual(0, code, errors);
        Assert.IsTrue(json.GetProperty("wasThere").GetBoolean());
    }

    [TestMethod]
    public void Plain_http_wrong_files_and_unknown_names_are_refused()
    {
        File.WriteAllBytes(_folder.File("other.bin"), Model[1..]);

        Cdnet.AssertRefuses(["models", "pull", _folder.File("m.json"), "--to", _folder.File("out"), "--from", "http://localhost/m.bin"], "https://");
        Cdnet.AssertRefuses(["models", "pull", _folder.File("m.json"), "--to", _folder.File("out"), "--from", _folder.File("other.bin")], "399,999 bytes instead of 400,000");
        Cdnet.AssertRefuses(["models", "pull", "retinaface"], "Shipped are", "blazeface-back");
    }

    [TestMethod]
    public void Pulled_detector_is_used_by_its_name_and_a_damaged_one_is_not()
    {
        var file = SharedData.Require("models/blazeface/face_detection_short_range.tflite");
        var home = new Dictionary<string, string> { ["XDG_DATA_HOME"] = _folder.File("home") };
        string[] train = ["train", "--data", _folder.File("none"), "--out", _folder.File("m.zip"), "--detector", "blazeface-short-range"];
        Directory.CreateDirectory(_folder.File("none/real"));
        File.WriteAllText(_folder.File("none/real/a.png"), "x");

        var (code, _, errors) = ChildProcess.Run(Cdnet.Program, train, home);
        Assert.AreEqual(2, code);
        StringAssert.Contains(errors, "cdnet models pull blazeface-short-range");

        (code, _, errors) = ChildProcess.Run(Cdnet.Program, ["models", "pull", "blazeface-short-range", "--from", file], home);
        Assert.AreEqual(0, code, errors);
        (_, _, errors) = ChildProcess.Run(Cdnet.Program, train, home);
        Assert.IsFalse(errors.Contains("blazeface", StringComparison.Ordinal), errors);

        var pulled = Directory.GetFiles(_folder.File("home"), "*.tflite", SearchOption.AllDirectories).Single();
        File.WriteAllBytes(pulled, File.ReadAllBytes(file)[..^1]);
        (code, _, errors) = ChildProcess.Run(Cdnet.Program, train, home);
        Assert.AreEqual(2, code);
        StringAssert.Contains(errors, "damaged");
    }

    private string[] Arguments(Uri address) => ["models", "pull", _folder.File("m.json"), "--to", _folder.File("out"), "--from", address.ToString()];

    private Dictionary<string, string> Environment() => new() { ["SSL_CERT_FILE"] = _folder.File("trusted.pem") };

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        // A key that came from memory must go through a file form before every system's TLS takes it.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
