using System.Runtime.InteropServices;

namespace CDNet.MLNet.Networks;

/// <summary>Numbers as a text that a saved model can carry: their little-endian bytes in Base64.</summary>
internal static class NumbersText
{
    /// <summary>Letters of so many numbers.</summary>
    public static int Length(int count) => (count * sizeof(float) + 2) / 3 * 4;

    /// <summary>The text.</summary>
    public static string Of(float[] numbers) => Convert.ToBase64String(MemoryMarshal.AsBytes(numbers.AsSpan()));

    /// <summary>The numbers of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="count">How many there should be.</param>
    /// <param name="what">What messages call them, in the plural.</param>
    /// <exception cref="InvalidDataException">It is none, or has another count of finite numbers.</exception>
    public static float[] Parse(string text, int count, string what)
    {
        try
        {
            if (text.Length > Length(count))
                throw new InvalidDataException($"The model's {what} have {text.Length:N0} letters; at most {Length(count):N0} are read.");
            var values = MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(text)).ToArray();
            return values.Length == count && values.All(float.IsFinite) ? values : throw new InvalidDataException($"The model's {what} have {values.Length} numbers; expected {count}.");
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"The model's {what} are damaged: {e.Message}", e);
        }
    }
}
