using System.Globalization;
using System.Runtime.ExceptionServices;
using CDNet.MLNet.Data;
using CDNet.MLNet.Data.Manifests;
using CsvHelper;
using CsvHelper.Configuration;

namespace CDNet.Cli.Scores;

/// <summary>CSV with a header; what is not there is an empty field.</summary>
internal sealed class CsvRows : RowFormat
{
    // What files of the first versions lack; they are read all the same.
    private static readonly string[] AddedLater = ["familiarity"];

    public override string Extension => ".csv";

    public override void Write<T>(string path, IEnumerable<T> rows)
    {
        using var writer = new CsvWriter(new StreamWriter(path), Settings());
        writer.Context.RegisterClassMap(Map<T>(writer.Context));
        try
        {
            writer.WriteRecords(rows);
        }
        catch (WriterException e) when (e.InnerException is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // What the source of the rows said, or the disk.
            ExceptionDispatchInfo.Throw(e.InnerException);
        }
    }

    public override IEnumerable<T> Read<T>(string path) => Guard(path, Rows<T>(path));

    private static IEnumerable<T> Rows<T>(string path)
        where T : class, new()
    {
        using var reader = new CsvReader(new BoundedText(path), Settings());
        reader.Context.RegisterClassMap(Map<T>(reader.Context));
        reader.Context.TypeConverterOptionsCache.GetOptions<string>().NullValues.Add("");
        foreach (var row in reader.GetRecords<T>())
            yield return row;
    }

    private static CsvConfiguration Settings() => new(CultureInfo.InvariantCulture) { NewLine = "\n", MaxFieldSize = LabelTable.MaxField };

    private static ClassMap<T> Map<T>(CsvContext context)
    {
        var map = context.AutoMap<T>();
        foreach (var member in map.MemberMaps)
        {
            member.Data.Names.Clear();
            member.Data.Names.Add(JsonNames.Of(member.Data.Member!));
            member.Data.IsNameSet = true;
            member.Data.IsOptional = AddedLater.Contains(member.Data.Names[0]);
        }
        return map;
    }
}
