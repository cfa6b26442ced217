namespace CDNet.MLNet.Pipeline;

/// <summary>Checks of options, with messages that name the option, the value and the range.</summary>
internal static class Check
{
    public static void Range(double value, double least, double most, string option)
    {
        // A NaN fails both comparisons, so it is asked the other way round.
        if (!(value >= least && value <= most))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; expected {least} to {most}.");
    }

    public static void Positive(double value, string option)
    {
        if (!(value > 0 && double.IsFinite(value)))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; expected a number above 0.");
    }

    public static void Defined<TEnum>(TEnum value, string option)
        where TEnum : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; expected one of {string.Join(", ", Enum.GetNames<TEnum>())}.");
    }
}
