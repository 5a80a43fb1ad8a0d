namespace MlServerless.Pipelines.Problems;

/// <summary>A request that cannot be carried out, told in a way its sender can mend: answered as problem+json with that status.</summary>
/// <param name="status">An HTTP status of the 400s, or 503 while storage cannot be reached.</param>
/// <param name="title">What is wrong, in one short sentence.</param>
/// <param name="detail">Where, and how to mend it.</param>
public sealed class ProblemException(int status, string title, string detail, IReadOnlyList<ProblemDetail>? errors = null) : Exception($"{title} {detail}")
{
    public int Status { get; } = status;

    public string Title { get; } = title;

    public string Detail { get; } = detail;

    /// <summary>Every single fault, where there may be several.</summary>
    public IReadOnlyList<ProblemDetail> Errors { get; } = errors ?? [];

    /// <summary>For a request with rows: how many faults each column has, also those that <see cref="Errors"/> does not list; "" for whole rows.</summary>
    internal IReadOnlyDictionary<string, int> Faults { get; init; } = new Dictionary<string, int>();

    public static ProblemException BadRequest(string title, string detail, IReadOnlyList<ProblemDetail>? errors = null) => new(400, title, detail, errors);

    public static ProblemException NotFound(string title, string detail) => new(404, title, detail);
}
