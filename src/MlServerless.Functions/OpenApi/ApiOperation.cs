namespace MlServerless.Functions.OpenApi;

/// <summary>What the attributes of an HTTP function do not say of it.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Summary">What it does, in one sentence.</param>
internal sealed record ApiOperation(string Function, string Summary)
{
    /// <summary>Of the query and the headers.</summary>
    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    public ApiBody? Body { get; init; }

    public required IReadOnlyList<ApiAnswer> Answers { get; init; }

    /// <summary>Statuses of refusals, beside those that every call of its kind has.</summary>
    public IReadOnlyList<int> Problems { get; init; } = [];

    public ErrorForm Errors { get; init; }
}
