namespace MlServerless.Storage.Blobs;

/// <summary>Which blob names reach the blob of that name: others would be shortened to another address on the way, even in another container.</summary>
internal static class BlobPath
{
    private const int MaximumLength = 1024;

    public static bool IsAddressable(string name) =>
        name.Length is > 0 and <= MaximumLength
        && !name.Contains('\\', StringComparison.Ordinal)
        && !name.Split('/').Any(segment => segment is "." or "..");

    /// <exception cref="ArgumentException">The name is not addressable.</exception>
    public static string Require(string name) =>
        IsAddressable(name)
            ? name
            : throw new ArgumentException($"'{name}' is no blob name here: 1 to {MaximumLength} characters, no backslash, no segment '.' or '..'.", nameof(name));
}
