// A web service that scores uploaded pictures with a pool of ML.NET's prediction engines.
//
//   dotnet run --urls http://localhost:5080
//   curl -F picture=@photo.jpg http://localhost:5080/score
//
// Model=FILE.zip in the configuration (MODEL in the environment, --Model on the command line) names another model.
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;

const long maxBytes = 20 << 20;
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = maxBytes);
builder.Services.AddSingleton(services => new EnginePolicy(services.GetRequiredService<IConfiguration>()["Model"]));
builder.Services.AddSingleton<ObjectPool<PredictionEngine<ModelInput, ModelOutput>>>(
    services => new DefaultObjectPool<PredictionEngine<ModelInput, ModelOutput>>(services.GetRequiredService<EnginePolicy>(), Environment.ProcessorCount));
var app = builder.Build();

app.MapPost("/score", async (IFormFile picture, ObjectPool<PredictionEngine<ModelInput, ModelOutput>> engines, CancellationToken cancellation) =>
{
    // The model reads a path: the upload is a file as long as it is scored. The ending tells nothing; what the file is, its bytes say.
    var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    var engine = engines.Get();
    try
    {
        using (var file = File.Create(path))
            await picture.CopyToAsync(file, cancellation);
        var output = engine.Predict(new ModelInput { Path = path });
        return output.ImageError.Length > 0
            ? Results.BadRequest(new { error = output.ImageError.Replace(path, picture.FileName) })
            : Results.Ok(new
            {
                verdict = output.FaceConfidence == 0 ? "noface" : output.PredictedLabel ? "fake" : "real",
                probability = output.FaceConfidence == 0 ? (float?)null : output.Probability,
                score = output.FaceConfidence == 0 ? (float?)null : output.Score,
                box = output.FaceBox,
            });
    }
    finally
    {
        engines.Return(engine);
        File.Delete(path);
    }
}).DisableAntiforgery();   // No cookies, nothing that a page of another origin could misuse.

app.Run();
