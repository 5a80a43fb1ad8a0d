using System.Text;

namespace MlServerless.Storage.Tables;

/// <summary>What the Table service allows in PartitionKey and RowKey, and how a key is written in an address or a filter.</summary>
internal static class TableKey
{
    /// <summary>1 KiB in UTF-16.</summary>
    private const int MaximumLength = 512;

    /// <exception cref="ArgumentException">The service would refuse the key, or answer with a message that does not name it.</exception>
    public static void Require(string key, string kind)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length > MaximumLength)
        {
            throw new ArgumentException($"The {kind} '{key[..40]}…' has {key.Length} characters; a table key holds at most {MaximumLength}. Use a hash of it.", nameof(key));
        }

        for (int i = 0; i < key.Length; i++)
        {
            if (char.IsHighSurrogate(key[i]) && i + 1 < key.Length && char.IsLowSurrogate(key[i + 1]))
            {
                i++;
            }
            else if (key[i] is '/' or '\\' or '#' or '?' || char.IsControl(key[i]) || char.IsSurrogate(key[i]) || key[i] >= '\uFFFE')
            {
                throw new ArgumentException(
                    $"The {kind} '{Printable(key)}' holds U+{(int)key[i]:X4} at index {i}. A table key may not hold / \\ # ?, control characters or half surrogates. Replace or encode them.",
                    nameof(key));
            }
        }
    }

    /// <summary>A string literal of OData: in single quotes, which are doubled inside.</summary>
    public static string Literal(string key) => $"'{key.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Printable(string key) =>
        key.Aggregate(new StringBuilder(), (text, c) => char.IsControl(c) || char.IsSurrogate(c) ? text.Append('\uFFFD') : text.Append(c)).ToString();
}
