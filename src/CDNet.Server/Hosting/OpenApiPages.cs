using CDNet.Server.Api;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace CDNet.Server.Hosting;

/// <summary>What the OpenAPI document, <c>/openapi/v1.json</c>, says beside what the routes say of themselves.</summary>
internal static class OpenApiPages
{
    private static readonly string[] PictureTypes = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "application/octet-stream"];

    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, context, cancellation) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "cdnet serve",
                Version = "1",
                Description = "Tells real faces from deepfakes. A score is evidence, not proof: read the model card. No picture is kept.",
                License = new OpenApiLicense { Name = "MIT" },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, cancellation) =>
        {
            if (context.Description.RelativePath == ScoreEndpoint.Path.TrimStart('/'))
                operation.RequestBody = Pictures();
            return Task.CompletedTask;
        });
    }

    /// <summary>The body is read from the stream, so the routes know nothing of it.</summary>
    private static OpenApiRequestBody Pictures()
    {
        static OpenApiSchema File() => new() { Type = JsonSchemaType.String, Format = "binary" };
        var form = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "file" },
            Properties = new Dictionary<string, IOpenApiSchema> { ["file"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = File(), Description = "One picture or more; the field may have any name." } },
        };
        var content = PictureTypes.ToDictionary(type => type, _ => new OpenApiMediaType { Schema = File() });
        content["multipart/form-data"] = new OpenApiMediaType { Schema = form };
        return new OpenApiRequestBody { Required = true, Description = "A form with files, or one picture. JPEG, PNG, WebP, GIF and BMP.", Content = content };
    }
}
