using System.Globalization;
using System.Text.Encodings.Web;

namespace CDNet.MLNet.Reports;

/// <summary>Text that is HTML already. All else that is put into a page is escaped on the way.</summary>
internal readonly record struct Html(string Text)
{
    /// <summary>HTML with values in it: each is escaped unless it is <see cref="Html"/> itself; numbers are written as in English.</summary>
    public static Html Of(FormattableString html) => new(html.ToString(Escaping.Instance));

    /// <summary>Pieces one after the other.</summary>
    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.Text)));

    public override string ToString() => Text;

    private sealed class Escaping : IFormatProvider, ICustomFormatter
    {
        public static Escaping Instance { get; } = new();

        public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : null;

        public string Format(string? format, object? arg, IFormatProvider? formatProvider) => arg switch
        {
            Html html => html.Text,
            IFormattable value => HtmlEncoder.Default.Encode(value.ToString(format, CultureInfo.InvariantCulture)),
            _ => HtmlEncoder.Default.Encode(arg?.ToString() ?? ""),
        };
    }
}
