using Microsoft.ML;

namespace CDNet.MLNet.Pipeline;

/// <summary>Makes a transformer of an ONNX model in memory.</summary>
internal static class OnnxStage
{
    /// <summary>Builds the transformer.</summary>
    /// <param name="input">Data with the model's inputs as columns; no row is read.</param>
    /// <param name="model">The bytes of the model.</param>
    /// <param name="inputs">Input names, which are column names too.</param>
    /// <param name="outputs">Output names, which become column names.</param>
    /// <param name="gpuDeviceId">The CUDA device; null for the processor.</param>
    /// <param name="fallbackToCpu">Whether the processor takes over where the device is not there.</param>
    public static ITransformer Create(
        IDataView input, byte[] model, string[] inputs, string[] outputs, int? gpuDeviceId, bool fallbackToCpu)
    {
        // A transformer that is made from a stream leaves the temporary file it writes behind, also when it is disposed of; one that is loaded
        // from a saved model removes its own. So it is made in a folder of its own, saved to memory, and loaded back.
        var folder = Directory.CreateDirectory(Path.Combine(ProcessTempFolder.Path, Guid.NewGuid().ToString("N")));
        try
        {
            using var saved = new MemoryStream();
            var context = new MLContext { TempFilePath = folder.FullName };
            using (var stream = new MemoryStream(model, writable: false))
            using (var made = context.Transforms.ApplyOnnxModel(outputs, inputs, stream).Fit(input))
                context.Model.Save(made, input.Schema, saved);
            saved.Position = 0;
            var home = new MLContext { TempFilePath = ProcessTempFolder.Path, GpuDeviceId = gpuDeviceId, FallbackToCpu = fallbackToCpu };
            return home.Model.Load(saved, out _);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
