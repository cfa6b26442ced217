namespace CDNet.Server.Limits;

/// <summary>A request that is not served, with what its answer says.</summary>
/// <param name="status">The status of the answer.</param>
/// <param name="title">What is wrong, the same for each request of this kind.</param>
/// <param name="detail">What was found in this one, and what to do.</param>
internal sealed class RefusedException(int status, string title, string detail) : Exception(detail)
{
    public int Status { get; } = status;

    public string Title { get; } = title;
}
