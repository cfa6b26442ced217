using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace CDNet.MLNet.Pipeline;

/// <summary>Makes columns of pictures known to ML.NET, so that a plain <see cref="MLImage"/> property reads and writes them.</summary>
internal static class ImageColumnType
{
    /// <summary>Pictures of any size. Runs when the assembly loads, so also when a saved model brings it in.</summary>
    [ModuleInitializer]
    internal static void RegisterAnySize()
    {
        try
        {
            DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage));
        }
        catch (ArgumentException)
        {
            // Somebody else registered the type first, which serves as well.
        }
    }

    /// <summary>Pictures of one size, as ML.NET's own resizing makes them: each size is a type of its own.</summary>
    public static void Register(DataViewSchema schema)
    {
        foreach (var column in schema)
        {
            if (column.Type is ImageDataViewType { Height: > 0, Width: > 0 } sized)
                new ImageTypeAttribute(sized.Height, sized.Width).Register();
        }
    }
}
