using OxyPlot;
using OxyPlot.SkiaSharp;

namespace CDNet.Cli.Output;

/// <summary>Draws plots into PNG files.</summary>
internal static class PlotFile
{
    private const float Dpi = 96;

    /// <summary>Draws a plot of some pixels; a file that is there is replaced.</summary>
    public static void Save(PlotModel plot, string path, int width, int height)
    {
        using var file = File.Create(path);
        // Shaping is for scripts that these labels do not use, and would need another native library.
        new PngExporter { Width = width, Height = height, Dpi = Dpi, UseTextShaping = false }.Export(plot, file);
    }
}
