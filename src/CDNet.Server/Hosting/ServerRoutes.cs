using CDNet.Server.Api;
using CDNet.Server.Limits;
using CDNet.Server.Page;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CDNet.Server.Hosting;

/// <summary>What can be asked for.</summary>
internal static class ServerRoutes
{
    private const string Html = "text/html; charset=utf-8";
    private const string PlainText = "text/plain; charset=utf-8";

    public static void Map(WebApplication app, ModelFacts facts, ScoreEndpoint score, WorkQueue queue)
    {
        var page = ServePage.Of(facts);
        var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
        HealthFacts Health(string status) => new(status, queue.InWork, queue.Inside);

        app.MapPost(ScoreEndpoint.Path, score.HandleAsync)
            .WithName("score").WithTags("Scoring").WithSummary("Scores every face of pictures.")
            .WithDescription("A row for each face in the order of the pictures and by falling confidence; one for a picture without a face (verdict noface), one for a picture that failed (error). Where every picture failed the answer is 422.")
            .Produces<IReadOnlyList<FaceRow>>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType).ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);
        app.MapGet("/api/model", () => facts).WithName("model").WithTags("Scoring").WithSummary("Says which model scores, and what is too much for the server.");
        app.MapGet("/health/live", () => Health("live")).WithName("live").WithTags("Health").WithSummary("Answers as long as the process does.");
        app.MapGet("/health/ready", IResult () => lifetime.ApplicationStopping.IsCancellationRequested
                ? TypedResults.Json(Health("stopping"), statusCode: StatusCodes.Status503ServiceUnavailable)
                : TypedResults.Ok(Health("ready")))
            .WithName("ready").WithTags("Health").WithSummary("Answers 200 while requests are taken, 503 while the server stops.")
            .Produces<HealthFacts>().Produces<HealthFacts>(StatusCodes.Status503ServiceUnavailable);
        app.MapGet("/", (HttpContext context) =>
            {
                context.Response.Headers.ContentSecurityPolicy = page.Policy;
                return TypedResults.Text(page.Html, Html);
            })
            .WithName("page").WithTags("Page").WithSummary("The page that takes pictures.").Produces<string>(contentType: "text/html");
        if (facts.Card is not null)
        {
            var card = ServePage.Resource("model-card.md");
            app.MapGet(facts.Card, () => TypedResults.Text(card, PlainText))
                .WithName("card").WithTags("Page").WithSummary("The model card: what the model was made from, and what it is worth.").Produces<string>(contentType: "text/plain");
        }
        app.MapOpenApi();
    }
}
