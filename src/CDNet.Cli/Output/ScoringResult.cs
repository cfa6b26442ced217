using System.Globalization;
using CDNet.MLNet.Scoring;
using CsvHelper;
using Spectre.Console;

namespace CDNet.Cli.Output;

/// <summary>What <c>cdnet score</c> gives: a row a face.</summary>
internal sealed class ScoringResult(IReadOnlyList<FaceVerdict> verdicts)
{
    private static readonly string[] Columns =
        ["path", "frame", "face", "confidence", "left", "top", "width", "height", "score", "probability", "verdict", "error"];

    /// <summary>Pictures that failed.</summary>
    public int Failed => verdicts.Count(verdict => verdict.Error is not null);

    public object ToJson() => new
    {
        Rows = verdicts.Select(verdict => new
        {
            verdict.Path,
            verdict.Frame,
            verdict.Face,
            verdict.Detection?.Confidence,
            verdict.Detection?.Box.Left,
            verdict.Detection?.Box.Top,
            verdict.Detection?.Box.Width,
            verdict.Detection?.Box.Height,
            verdict.Score,
            verdict.Probability,
            verdict.Verdict,
            verdict.Error,
        }),
        Fake = Count(Verdict.Fake),
        Real = Count(Verdict.Real),
        NoFace = Count(Verdict.NoFace),
        Failed,
    };

    public void Print()
    {
        var table = new Table().RoundedBorder().AddColumns("Picture", "Face", "Confidence", "Probability of fake", "Score", "Verdict");
        foreach (var verdict in verdicts)
        {
            var isFace = verdict.Detection is not null;
            table.AddRow(
                Markup.Escape(verdict.Path),
                isFace ? $"{verdict.Face}" : "-",
                isFace ? $"{verdict.Detection!.Value.Confidence:F2}" : "-",
                isFace ? $"{verdict.Probability:P1}" : "-",
                isFace ? $"{verdict.Score:F3}" : "-",
                verdict.Verdict is { } said ? Name(said) : "failed");
        }
        Terminal.Out.Write(table);
        Terminal.Out.WriteLine($"{Count(Verdict.Fake)} faces fake, {Count(Verdict.Real)} real; {Count(Verdict.NoFace)} pictures without a face, {Failed} failed.");
        foreach (var verdict in verdicts.Where(verdict => verdict.Error is not null))
            Terminal.Error(verdict.Error!);
    }

    public void WriteCsv(string path)
    {
        var partial = path + ".partial";
        using (var writer = new CsvWriter(new StreamWriter(partial), CultureInfo.InvariantCulture))
        {
            foreach (var column in Columns)
                writer.WriteField(column);
            writer.NextRecord();
            foreach (var verdict in verdicts)
            {
                foreach (var field in Fields(verdict))
                    writer.WriteField(field);
                writer.NextRecord();
            }
        }
        File.Move(partial, path, overwrite: true);
    }

    private static IEnumerable<string> Fields(FaceVerdict verdict)
    {
        var box = verdict.Detection?.Box;
        return
        [
            verdict.Path, Text(verdict.Frame), Text(verdict.Face), Text(verdict.Detection?.Confidence),
            Text(box?.Left), Text(box?.Top), Text(box?.Width), Text(box?.Height),
            Text(verdict.Score), Text(verdict.Probability), verdict.Verdict is { } said ? Name(said) : "", verdict.Error ?? "",
        ];
    }

    private int Count(Verdict verdict) => verdicts.Count(other => other.Verdict == verdict);

    // What is not there is an empty field; a NaN is not there.
    private static string Text(float? value) => value is { } number && !float.IsNaN(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "";

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Name(Verdict verdict) => verdict switch { Verdict.Fake => "fake", Verdict.Real => "real", _ => "noface" };
}
