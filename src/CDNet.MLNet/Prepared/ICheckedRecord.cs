namespace CDNet.MLNet.Prepared;

/// <summary>A record that is read from a file of unknown origin.</summary>
internal interface ICheckedRecord
{
    /// <summary>Whether its numbers can be: none below zero, nothing missing.</summary>
    bool IsPossible { get; }
}
