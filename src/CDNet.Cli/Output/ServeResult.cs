using CDNet.MLNet.Scoring;
using Spectre.Console;

namespace CDNet.Cli.Output;

/// <summary>What <c>cdnet serve</c> says when it takes requests.</summary>
internal sealed class ServeResult(Uri address, CDNetModel model) : ICommandResult
{
    public object ToJson() => new { Address = address.ToString(), Model = model.Name, model.Sha256 };

    public void Print() => Terminal.Out.WriteLine($"Open {address} in a browser. Stop with Ctrl+C.");
}
