namespace CDNet.Server.Api;

/// <summary>How the server is.</summary>
/// <param name="Status">live, ready or stopping.</param>
/// <param name="InWork">Requests in work.</param>
/// <param name="Inside">Requests that were let in, those in work among them.</param>
internal sealed record HealthFacts(string Status, int InWork, int Inside);
