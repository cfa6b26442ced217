namespace CDNet.Notebooks.Cells;

/// <summary>What a cell printed or showed.</summary>
/// <param name="MimeType">image/png for a picture, <see cref="Printed"/> for text on the console.</param>
/// <param name="Data">The text, or the picture in Base64.</param>
public sealed record CellOutput(string MimeType, string Data)
{
    /// <summary>The type of text on the console.</summary>
    public const string Printed = "stdout";
}
