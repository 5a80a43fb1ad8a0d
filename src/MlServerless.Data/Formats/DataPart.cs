namespace MlServerless.Data;

/// <summary>One of the ordered parts of a data version; the first holds the header.</summary>
/// <param name="Hash">The hash of its bytes.</param>
/// <param name="Bytes">How many there are.</param>
public sealed record DataPart(ContentHash Hash, long Bytes);
