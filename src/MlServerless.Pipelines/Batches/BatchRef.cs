using System.Buffers;
using System.Globalization;

namespace MlServerless.Pipelines.Batches;

/// <summary>One attempt at a batch job, as it travels through queue, orchestration and activities.</summary>
/// <param name="Attempt">1, 2, …: work of an earlier attempt is refused once a later one exists.</param>
public sealed record BatchRef(string BatchId, int Attempt)
{
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>The orchestration's instance id: the job's, with the attempt behind it from the second on.</summary>
    public string InstanceId => Attempt == 1 ? BatchId : string.Create(CultureInfo.InvariantCulture, $"{BatchId}-{Attempt}");

    /// <summary>Whether a stored sketch is that of a job's part, and not of a process.</summary>
    internal static bool IsPartOfOne(string path) => path.AsSpan(path.LastIndexOf('/') + 1).StartsWith("b-", StringComparison.Ordinal);

    /// <summary>Ids are <c>b-</c> and 32 hex digits.</summary>
    public static bool IsId(string? id) => id is { Length: 34 } && id.StartsWith("b-", StringComparison.Ordinal) && id.AsSpan(2).IndexOfAnyExcept(Hex) < 0;
}
