namespace CDNet.Cli.Output;

/// <summary>What a command gives.</summary>
internal interface ICommandResult
{
    /// <summary>The document for machines.</summary>
    object ToJson();

    /// <summary>Prints tables for people.</summary>
    void Print();
}
