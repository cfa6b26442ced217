using System.Globalization;
using System.Text;
using CDNet.MLNet.Scoring;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace CDNet.Server.Limits;

/// <summary>Reads the pictures of a request into memory: a form with files, or one picture as the body. Nothing is written to a disk, as ASP.NET's own reading of forms does with large files.</summary>
internal static class PictureUpload
{
    private const int LongestName = 200;
    private const int LongestBoundary = 70;
    private const int BufferBytes = 64 << 10;

    /// <summary>The pictures, in the order of the form.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">What is too much.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="RefusedException">The request has no picture, too much, or is of another kind.</exception>
    public static async Task<IReadOnlyList<ScoringInput>> ReadAsync(HttpRequest request, ServeOptions options, CancellationToken cancellation)
    {
        if (request.ContentLength > options.MaxUploadBytes + FormOverhead(options))
            throw TooLarge(options);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
            throw WrongKind($"The request has {(request.ContentType is null ? "no content type" : $"the content type {request.ContentType}")}.");
        if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return await ReadFormAsync(request.Body, type, options, cancellation).ConfigureAwait(false);
        if (!type.Type.Equals("image", StringComparison.OrdinalIgnoreCase) && !type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase))
            throw WrongKind($"The request has the content type {type.MediaType}.");
        var (content, _) = await ReadAsync(request.Body, request.ContentLength, 0, options, cancellation).ConfigureAwait(false);
        return [new ScoringInput("picture", content)];
    }

    private static async Task<IReadOnlyList<ScoringInput>> ReadFormAsync(Stream body, MediaTypeHeaderValue type, ServeOptions options, CancellationToken cancellation)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrWhiteSpace(boundary) || boundary.Length > LongestBoundary)
            throw Malformed($"the content type has no boundary, or one of more than {LongestBoundary} characters");
        var pictures = new List<ScoringInput>();
        try
        {
            var reader = new MultipartReader(boundary, body) { HeadersCountLimit = 8, HeadersLengthLimit = 8 << 10 };
            var total = 0L;
            while (await reader.ReadNextSectionAsync(cancellation).ConfigureAwait(false) is { } section)
            {
                var isFile = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) && disposition.IsFileDisposition();
                // A browser sends an empty field of files as one file without a name.
                (var content, total) = await ReadAsync(section.Body, null, total, options, cancellation).ConfigureAwait(false);
                var name = isFile ? NameOf(disposition!) : "";
                if (!isFile || (content.IsEmpty && name.Length == 0))
                    continue;
                if (pictures.Count == options.MaxPictures)
                    throw new RefusedException(StatusCodes.Status413PayloadTooLarge, "Too many pictures", $"At most {options.MaxPictures} pictures are taken at once; send the others in further requests.");
                pictures.Add(new ScoringInput(name.Length > 0 ? name : $"picture {pictures.Count + 1}", content));
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw Malformed(e.Message);
        }
        return pictures.Count > 0
            ? pictures
            : throw new RefusedException(StatusCodes.Status400BadRequest, "No picture", "The form has no file. Send one or more files in it, for example: curl -F file=@photo.jpg");
    }

    private static async Task<(ReadOnlyMemory<byte> Content, long Total)> ReadAsync(Stream body, long? expected, long before, ServeOptions options, CancellationToken cancellation)
    {
        var content = new MemoryStream((int)Math.Min(expected ?? BufferBytes, options.MaxUploadBytes));
        var buffer = new byte[BufferBytes];
        int count;
        while ((count = await body.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
        {
            if (before + content.Length + count > options.MaxUploadBytes)
                throw TooLarge(options);
            content.Write(buffer, 0, count);
        }
        return (content.GetBuffer().AsMemory(0, (int)content.Length), before + content.Length);
    }

    /// <summary>What verdicts call a file: the last part of its name, without characters that change how it reads.</summary>
    private static string NameOf(ContentDispositionHeaderValue disposition)
    {
        var given = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value ?? "";
        var name = new StringBuilder();
        foreach (var rune in given[(given.LastIndexOfAny(['/', '\\']) + 1)..].EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator))
                name.Append(rune);
            if (name.Length >= LongestName)
                break;
        }
        return name.ToString().Trim();
    }

    // Heads and boundaries of the parts come on top of the pictures.
    private static long FormOverhead(ServeOptions options) => 1024L * (options.MaxPictures + 1);

    private static RefusedException TooLarge(ServeOptions options) => new(
        StatusCodes.Status413PayloadTooLarge, "Too many bytes", $"At most {options.MaxUploadBytes:N0} bytes are taken at once; send fewer or smaller pictures, or start the server with a larger --max-upload.");

    private static RefusedException WrongKind(string found) => new(
        StatusCodes.Status415UnsupportedMediaType, "No picture", $"{found} Send a form with files (multipart/form-data) or one picture as the body (image/jpeg, image/png, image/webp, image/gif, image/bmp).");

    private static RefusedException Malformed(string why) => new(StatusCodes.Status400BadRequest, "Damaged request", $"The form cannot be read: {why.TrimEnd('.')}.");
}
