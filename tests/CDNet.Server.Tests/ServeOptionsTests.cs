namespace CDNet.Server.Tests;

[TestClass]
public sealed class ServeOptionsTests
{
    [TestMethod]
    public void Defaults_are_valid_and_local()
    {
        new ServeOptions().Validate();
        Assert.IsTrue(new ServeOptions().IsLocal);
        Assert.IsTrue(new ServeOptions { Host = "::1" }.IsLocal);
        Assert.IsFalse(new ServeOptions { Host = "0.0.0.0" }.IsLocal);
    }

    [TestMethod]
    public void Option_out_of_its_range_is_named_with_value_and_range()
    {
        void Refuses(ServeOptions options, params string[] words)
        {
            var error = Assert.Throws<ArgumentException>(options.Validate);
            foreach (var word in words)
                StringAssert.Contains(error.Message, word);
        }
        Refuses(new ServeOptions { Host = "example.org" }, "Host is example.org", "localhost or an IP address");
        Refuses(new ServeOptions { Port = 70_000 }, "Port is 70000", "0 to 65535");
        Refuses(new ServeOptions { AllowedHosts = [" "] }, "AllowedHosts has an empty name");
        Refuses(new ServeOptions { MaxUploadBytes = 0 }, "MaxUploadBytes is 0");
        Refuses(new ServeOptions { MaxPictures = 0 }, "MaxPictures is 0");
        Refuses(new ServeOptions { MaxPixels = 300_000_000 }, "MaxPixels is 300000000");
        Refuses(new ServeOptions { MaxFaces = 0 }, "MaxFaces is 0");
        Refuses(new ServeOptions { Workers = 0 }, "Workers is 0");
        Refuses(new ServeOptions { MaxWaiting = -1 }, "MaxWaiting is -1");
        Refuses(new ServeOptions { Timeout = TimeSpan.Zero }, "Timeout in seconds is 0");
    }
}
