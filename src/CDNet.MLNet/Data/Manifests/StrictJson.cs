using System.Text.Json;
using System.Text.Json.Serialization;
using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Data.Manifests;

/// <summary>Reads JSON that must be exactly what is expected: an unknown, a missing or a doubled property is an error.</summary>
internal static class StrictJson
{
    /// <summary>Most bytes a manifest may have: 32 MiB.</summary>
    public const long MaxBytes = 32L << 20;

    /// <summary>How it is read: names in camel case, the words of an enumeration too.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is not what is expected; the message names the file, the property and the line.</exception>
    public static T Read<T>(string path)
        where T : class
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such manifest file.", path);
        FileSize.Require(path, MaxBytes, "a manifest");
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(stream, Options) ?? throw new InvalidDataException($"{path}: holds null; expected a JSON object.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}, line {e.LineNumber + 1}, {e.Path ?? "$"}: {Reason(e.Message)}", e);
        }
    }

    // The serialiser repeats the path and the line behind its reason, and names types of ours.
    private static string Reason(string message)
    {
        var end = message.IndexOf(" Path: ", StringComparison.Ordinal);
        var reason = end < 0 ? message : message[..end];
        var type = reason.IndexOf(" could not be mapped", StringComparison.Ordinal);
        return type < 0 ? reason : reason[..type] + " is not known here.";
    }
}
