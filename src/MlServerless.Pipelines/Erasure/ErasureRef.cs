using System.Buffers;

namespace MlServerless.Pipelines.Erasure;

/// <summary>One erasure, as it travels through the queue of commands.</summary>
public sealed record ErasureRef(string Pipeline, string ErasureId)
{
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>Ids are <c>e-</c> and 32 hex digits.</summary>
    public static bool IsId(string? id) => id is { Length: 34 } && id.StartsWith("e-", StringComparison.Ordinal) && id.AsSpan(2).IndexOfAnyExcept(Hex) < 0;
}
