using System.Text.Json.Serialization;

namespace CDNet.MLNet.Prepared;

/// <summary>What can be wrong with an item of the data.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PrepareProblemKind>))]
public enum PrepareProblemKind
{
    /// <summary>The file is missing, empty, no picture or video, or damaged from its beginning: it gave no row.</summary>
    [JsonStringEnumMemberName("unreadable")]
    Unreadable,

    /// <summary>The video breaks off, or has damaged places; the frames that could be read are in the set.</summary>
    [JsonStringEnumMemberName("incomplete")]
    Incomplete,

    /// <summary>No face in the picture or in any of the frames; the rows are in the set, without crops.</summary>
    [JsonStringEnumMemberName("noFace")]
    NoFace,

    /// <summary>The same file is listed more than once; it is in the set once.</summary>
    [JsonStringEnumMemberName("duplicate")]
    Duplicate,

    /// <summary>The same file is listed as real and as fake, or in two splits; it is left out.</summary>
    [JsonStringEnumMemberName("contradiction")]
    Contradiction,

    /// <summary>A line or a folder of the data that names no picture and no video.</summary>
    [JsonStringEnumMemberName("notListed")]
    NotListed,
}

/// <summary>An item that is not as it should be.</summary>
/// <param name="Path">The file below the root of the data, or the line of the list.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Reason">What was found.</param>
public sealed record PrepareProblem(string Path, PrepareProblemKind Kind, string Reason)
{
    /// <summary>Whether the item is missing from the set in whole or in part through a fault; a picture without a face and a doubled line are none.</summary>
    [JsonIgnore]
    public bool IsFailure => Kind is not (PrepareProblemKind.NoFace or PrepareProblemKind.Duplicate);
}
