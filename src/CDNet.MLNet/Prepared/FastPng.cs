using SkiaSharp;

namespace CDNet.MLNet.Prepared;

/// <summary>PNG files in a tenth of the time that the defaults take (3 ms instead of 44 for a face of 299 pixels); they are a sixth larger.</summary>
internal static class FastPng
{
    private static readonly SKPngEncoderOptions Options = new(SKPngEncoderFilterFlags.Paeth, zLibLevel: 1);

    /// <summary>The file of a picture.</summary>
    /// <param name="picture">Its pixels.</param>
    /// <returns>The file, or null where SkiaSharp cannot write it.</returns>
    public static SKData? Encode(SKPixmap picture) => picture.Encode(Options);
}
