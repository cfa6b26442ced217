using CDNet.MLNet.Data;
using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Scoring;

/// <summary>A saved model as ML.NET loads it.</summary>
/// <param name="Model">All stages.</param>
/// <param name="Schema">The columns that the model was saved with.</param>
/// <param name="BehindCrops">What it does with crops.</param>
internal sealed record SavedPipeline(ITransformer Model, DataViewSchema Schema, TransformerChain<ITransformer> BehindCrops) : IDisposable
{
    /// <summary>Loads a model whose bundle has been checked.</summary>
    /// <param name="context">Names the folder for what ML.NET unpacks.</param>
    /// <param name="zip">The model zip.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is damaged, or of another version.</exception>
    /// <exception cref="IOException">The folder for temporary files cannot be written to.</exception>
    public static SavedPipeline Load(MLContext context, byte[] zip, string name)
    {
        ITransformer model;
        DataViewSchema schema;
        try
        {
            using var stream = new MemoryStream(zip, writable: false);
            model = context.Model.Load(stream, out schema);
        }
        catch (Exception e) when (DiskFault.Find(e) is UnauthorizedAccessException || IsFull(e))
        {
            throw new IOException($"{name}: the folder for temporary files, {ProcessTempFolder.Path}, cannot be written to: {e.Message}", e);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException(
                $"{name}: ML.NET cannot load the model. It is damaged, or a version of CDNet.MLNet wrote it that this one does not know ({typeof(CDNetModel).Assembly.GetName().Version}). {e.GetBaseException().Message}", e);
        }
        if (ModelStages.BehindCrops(model) is { } behindCrops)
            return new SavedPipeline(model, schema, behindCrops);
        (model as IDisposable)?.Dispose();
        throw new InvalidDataException($"{name}: the model's cropping stage is of another version of CDNet.MLNet.");
    }

    /// <inheritdoc />
    public void Dispose() => (Model as IDisposable)?.Dispose();

    // Windows and Unix; a zip that ends early is an IOException too.
    private static bool IsFull(Exception e) => DiskFault.Find(e) is { HResult: 28 or unchecked((int)0x80070070) };
}
