using System.ComponentModel;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;
using CDNet.Server.Limits;
using Microsoft.AspNetCore.Http;

namespace CDNet.Server.Api;

/// <summary><c>POST /api/score</c>: the verdicts on the faces of uploaded pictures.</summary>
internal sealed class ScoreEndpoint(IPictureScorer scorer, WorkQueue queue, ServeOptions options)
{
    public const string Path = "/api/score";

    private const int RetryAfterSeconds = 2;

    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="evidence">Whether each face comes with what each of its parts contributes.</param>
    public async Task<IResult> HandleAsync(HttpContext context, [Description("Whether each face comes with what each of its parts contributes; takes about three times as long.")] bool evidence = false)
    {
        // A page of another site may send a form here without asking; a person's own program does not say where it comes from.
        if (context.Request.Headers["Sec-Fetch-Site"].FirstOrDefault() is "cross-site" or "same-site")
            return Problems.Of(StatusCodes.Status403Forbidden, "From another site", "Pages of other sites may not send pictures here. Use this server's own page, or a program.");
        using var place = queue.TryEnter();
        if (place is null)
        {
            context.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
            return Problems.Of(StatusCodes.Status429TooManyRequests, "Busy", $"{options.Workers} requests are in work and {options.MaxWaiting} wait; try again in {RetryAfterSeconds} seconds.");
        }
        try
        {
            return await ScoreAsync(context, evidence).ConfigureAwait(false);
        }
        catch (RefusedException e)
        {
            return Problems.Of(e.Status, e.Title, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            return Problems.Of(e.StatusCode, "Damaged request", e.Message);
        }
    }

    private async Task<IResult> ScoreAsync(HttpContext context, bool withEvidence)
    {
        var pictures = await PictureUpload.ReadAsync(context.Request, options, context.RequestAborted).ConfigureAwait(false);
        using var worker = await queue.WaitForWorkerAsync(context.RequestAborted).ConfigureAwait(false);
        var verdicts = await scorer.ScoreAsync(pictures, context.RequestAborted).ConfigureAwait(false);
        var rows = new List<FaceRow>();
        for (var i = 0; i < pictures.Count; i++)
        {
            var isExplained = withEvidence && verdicts[i].Any(verdict => verdict.Detection is not null);
            IReadOnlyList<FaceEvidence> evidence = isExplained ? await scorer.ExplainAsync(pictures[i], context.RequestAborted).ConfigureAwait(false) : [];
            rows.AddRange(verdicts[i].Select(verdict => FaceRow.Of(verdict, evidence.ElementAtOrDefault(verdict.Face))));
        }
        // Some pictures that failed are rows with an error, as in a score file; where all did, the request did.
        return verdicts.All(IsFailed)
            ? Problems.Of(StatusCodes.Status422UnprocessableEntity, "No picture that can be scored", string.Join(' ', rows.Select(row => row.Error)))
            : TypedResults.Ok(rows);
    }

    private static bool IsFailed(IReadOnlyList<FaceVerdict> verdicts) => verdicts.All(verdict => verdict.Error is not null);
}
