using System.Text.Json;
using System.Text.Json.Serialization;
using CDNet.MLNet.Data;
using Spectre.Console;

namespace CDNet.Cli.Output;

/// <summary>The two streams: results on standard output, everything else on standard error.</summary>
internal static class Terminal
{
    private const int WidthOfAFile = 200;

    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new FiniteDoubleConverter(), new FiniteSingleConverter() },
    };

    private static readonly JsonSerializerOptions LineOptions = new(JsonOptions) { WriteIndented = false };

    /// <summary>Standard output, for tables.</summary>
    public static IAnsiConsole Out { get; } = Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>Standard error, for progress and errors.</summary>
    public static IAnsiConsole Error_ { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>Prints one line that says what went wrong.</summary>
    public static void Error(string message) => Console.Error.WriteLine($"cdnet: {message}");

    /// <summary>Prints what has been left out, and why.</summary>
    public static void Problems(IEnumerable<SkippedItem> items)
    {
        foreach (var item in items)
            Error(item.Reason.StartsWith(item.Item, StringComparison.Ordinal) ? item.Reason : $"{item.Item}: {item.Reason}");
    }

    /// <summary>Prints what a command gives: as one document, or as tables.</summary>
    public static void Show(ICommandResult result, bool isJson)
    {
        if (isJson)
            Json(result.ToJson());
        else
            result.Print();
    }

    /// <summary>Prints a document on standard output.</summary>
    public static void Json<T>(T document) => Console.Out.WriteLine(JsonSerializer.Serialize(document, JsonOptions));

    /// <summary>Writes a document to a file.</summary>
    public static void JsonFile<T>(string path, T document) => File.WriteAllText(path, JsonSerializer.Serialize(document, JsonOptions) + "\n");

    /// <summary>Writes documents to a file, one a line.</summary>
    public static void JsonLines<T>(string path, IEnumerable<T> documents)
        => WholeFile.Write(path, partial => File.WriteAllLines(partial, documents.Select(document => JsonSerializer.Serialize(document, LineOptions))));

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (isRedirected)
            console.Profile.Width = WidthOfAFile;
        return console;
    }

    /// <summary>A number that is none is null: JSON knows no NaN.</summary>
    private sealed class FiniteDoubleConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }

    /// <inheritdoc cref="FiniteDoubleConverter"/>
    private sealed class FiniteSingleConverter : JsonConverter<float>
    {
        public override float Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => reader.TokenType == JsonTokenType.Null ? float.NaN : reader.GetSingle();

        public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options)
        {
            if (float.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}
