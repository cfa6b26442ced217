using System.Text.Json.Serialization;

namespace CDNet.MLNet.Prepared;

/// <summary>How a prepared set keeps its crops.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CropEncoding>))]
public enum CropEncoding
{
    /// <summary>PNG: the bytes that come out are those that were cut.</summary>
    [JsonStringEnumMemberName("png")]
    Png,

    /// <summary>JPEG of quality 95 without colour subsampling (4:4:4): about a quarter of the size, and traces of its own.</summary>
    [JsonStringEnumMemberName("jpeg")]
    Jpeg,
}
