using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using CDNet.Server.Api;

namespace CDNet.Server.Page;

/// <summary>The page that takes pictures: one file with its own style and script, which needs nothing from elsewhere.</summary>
internal sealed class ServePage
{
    private ServePage(string html) => (Html, Policy) = (html, PolicyOf(html));

    /// <summary>The page.</summary>
    public string Html { get; }

    /// <summary>What its browser may do: run this script, show pictures of its own, ask this server.</summary>
    public string Policy { get; }

    /// <summary>The page for a model and its limits. All that is put in is escaped.</summary>
    public static ServePage Of(ModelFacts model)
    {
        var html = new StringBuilder(Resource("page.html"));
        foreach (var (name, value) in Values(model))
            html.Replace("{{" + name + "}}", HtmlEncoder.Default.Encode(value));
        return new ServePage(html.ToString());
    }

    /// <summary>A text that was built into the assembly.</summary>
    public static string Resource(string name)
    {
        using var stream = typeof(ServePage).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The assembly lacks its resource {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static IEnumerable<(string Name, string Value)> Values(ModelFacts model)
    {
        static string Number(IFormattable value, string? format = null) => value.ToString(format, CultureInfo.InvariantCulture);
        yield return ("caveat", model.Caveat);
        yield return ("model", model.Name);
        yield return ("sha256", model.Sha256);
        yield return ("threshold", Number(model.Threshold, "F3"));
        yield return ("card", model.Card ?? "");
        yield return ("maxBytes", Number(model.Limits.MaxUploadBytes));
        yield return ("maxMegabytes", Number(model.Limits.MaxUploadBytes / (double)(1 << 20), "0.#"));
        yield return ("maxMegapixels", Number(model.Limits.MaxPixels / 1e6, "0.#"));
        yield return ("version", $"{typeof(ServePage).Assembly.GetName().Version}");
    }

    private static string PolicyOf(string html)
        => $"default-src 'none'; img-src blob: data:; connect-src 'self'; style-src 'sha256-{HashOf(html, "style")}'; script-src 'sha256-{HashOf(html, "script")}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private static string HashOf(string html, string element)
    {
        var (open, close) = ($"<{element}>", $"</{element}>");
        var start = html.IndexOf(open, StringComparison.Ordinal) + open.Length;
        return Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(html[start..html.IndexOf(close, start, StringComparison.Ordinal)])));
    }
}
