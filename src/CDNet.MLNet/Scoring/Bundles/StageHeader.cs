using System.Buffers.Binary;
using System.Text;

namespace CDNet.MLNet.Scoring.Bundles;

/// <summary>What a stage of a saved ML.NET model says of the code that reads it (<c>ModelHeader</c> in ML.NET's sources).</summary>
/// <param name="Loaders">The names of the stage's kind: what ML.NET looks for first, and where it finds none.</param>
/// <param name="Assembly">The assembly that ML.NET loads for it; null where it names none.</param>
/// <param name="Version">Version of the stage's own part.</param>
/// <param name="Model">The stage's own part.</param>
/// <param name="Texts">The texts that it refers to by number.</param>
internal sealed record StageHeader(IReadOnlyList<string> Loaders, string? Assembly, uint Version, ReadOnlyMemory<byte> Model, IReadOnlyList<string> Texts)
{
    private const int HeaderBytes = 0x100;
    private const int LoaderBytes = 24;

    private static ReadOnlySpan<byte> Mark => "ML\0MODEL"u8;

    /// <summary>The stages that the bytes of an entry hold, wherever they begin.</summary>
    /// <exception cref="InvalidDataException">One is damaged.</exception>
    public static IEnumerable<StageHeader> Find(ReadOnlyMemory<byte> entry)
    {
        for (var at = entry.Span.IndexOf(Mark); at >= 0;)
        {
            var stage = entry[at..];
            yield return Parse(stage);
            var next = stage.Span[Mark.Length..].IndexOf(Mark);
            at = next < 0 ? -1 : at + Mark.Length + next;
        }
    }

    /// <summary>A text of the stage's own part: the number of it stands at a place there.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public string TextAt(int place)
    {
        if (place + sizeof(int) > Model.Length || BinaryPrimitives.ReadInt32LittleEndian(Model.Span[place..]) is var number && (uint)number >= (uint)Texts.Count)
            throw new InvalidDataException("A stage refers to a text that it does not have.");
        return Texts[number];
    }

    private static StageHeader Parse(ReadOnlyMemory<byte> stage)
    {
        if (stage.Length < HeaderBytes)
            throw new InvalidDataException("The head of a stage is cut off.");
        var head = stage.Span[..HeaderBytes];
        var model = Block(stage, Long(stage, 0x10), Long(stage, 0x18));
        var limits = Block(stage, Long(stage, 0x20), Long(stage, 0x28));
        var letters = Block(stage, Long(stage, 0x30), Long(stage, 0x38));
        var texts = new string[limits.Length / sizeof(long)];
        var start = 0L;
        for (var i = 0; i < texts.Length; i++)
        {
            var end = BinaryPrimitives.ReadInt64LittleEndian(limits.Span[(i * sizeof(long))..]);
            texts[i] = Encoding.Unicode.GetString(Block(letters, start, end - start).Span);
            start = end;
        }
        var assembly = Block(stage, Long(stage, 0x90), BinaryPrimitives.ReadUInt32LittleEndian(head[0x98..]));
        return new StageHeader(
            [Loader(head.Slice(0x50, LoaderBytes)), Loader(head.Slice(0x68, LoaderBytes))],
            assembly.IsEmpty ? null : Encoding.Unicode.GetString(assembly.Span),
            BinaryPrimitives.ReadUInt32LittleEndian(head[0x48..]), model, texts);
    }

    private static long Long(ReadOnlyMemory<byte> stage, int at) => BinaryPrimitives.ReadInt64LittleEndian(stage.Span[at..]);

    private static ReadOnlyMemory<byte> Block(ReadOnlyMemory<byte> of, long start, long length)
        => start >= 0 && length >= 0 && start <= of.Length && length <= of.Length - start
            ? of.Slice((int)start, (int)length)
            : throw new InvalidDataException("A part of a stage lies outside of it.");

    private static string Loader(ReadOnlySpan<byte> name) => Encoding.Latin1.GetString(name).TrimEnd('\0').Trim();
}
