using System.Runtime.CompilerServices;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Data;

/// <summary>Tells the garbage collector how much native memory a picture holds.</summary>
/// <remarks>
/// In a pipeline nobody disposes of pictures: the row that replaces them may not be the last to look at them. They are small objects to the
/// collector, and without this it lets gigabytes pile up before it looks.
/// </remarks>
internal static class ImageMemory
{
    private static readonly ConditionalWeakTable<MLImage, Pressure> Held = [];

    public static MLImage Track(MLImage image)
    {
        Held.Add(image, new Pressure(Math.Max(1, (long)image.Width * image.Height * 4)));
        return image;
    }

    private sealed class Pressure
    {
        private readonly long _bytes;

        public Pressure(long bytes)
        {
            _bytes = bytes;
            GC.AddMemoryPressure(bytes);
        }

        ~Pressure() => GC.RemoveMemoryPressure(_bytes);
    }
}
