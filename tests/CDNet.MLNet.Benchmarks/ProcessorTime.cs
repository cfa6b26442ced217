using System.Globalization;

namespace CDNet.MLNet.Benchmarks;

/// <summary>Processor time of this process and of the children that it has waited for. On a busy machine it says more than the clock.</summary>
internal static class ProcessorTime
{
    private const double TicksASecond = 100;

    /// <summary>Seconds so far; without children where the system is not Linux.</summary>
    public static double Now()
    {
        if (!OperatingSystem.IsLinux())
            return Environment.CpuUsage.TotalTime.TotalSeconds;
        // Behind the name in brackets: the fields from the third on, of which the 14th to the 17th are times.
        var stat = File.ReadAllText("/proc/self/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture)) / TicksASecond;
    }
}
