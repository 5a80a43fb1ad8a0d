namespace MlServerless.Data;

/// <summary>
/// Which part a row belongs to. The SHA-256 of salt and key, as a number between 0 and 1, decides: below
/// <see cref="HoldOut"/> hold-out, below <see cref="HoldOut"/> + <see cref="Validation"/> validation, else training. A row keeps its place in every
/// later version, whatever comes before it and in other columns; equal keys stay together; changing only
/// <see cref="Validation"/> leaves the hold-out as it is.
/// </summary>
/// <remarks>
/// Hashed are the salt and then the values of the key columns, in the order of <see cref="Key"/> and as they are written in the file
/// (quotes undone), each as UTF-8 after its length in bytes (4 bytes, little-endian). The first 8 bytes of the digest, big-endian, their
/// upper 53 bits taken as a fraction, are the number.
/// </remarks>
public sealed record SplitRule
{
    /// <summary>Text that belongs to the pipeline; another one deals all rows anew.</summary>
    public required string Salt { get; init; }

    /// <summary>The fraction of rows that choose between candidates, 0 to 1.</summary>
    public required double Validation { get; init; }

    /// <summary>The fraction of rows that only gate, 0 to 1; at most 1 together with <see cref="Validation"/>.</summary>
    public required double HoldOut { get; init; }

    /// <summary>Columns whose values identify what a row is about; empty for all columns of the file in its order.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];
}
