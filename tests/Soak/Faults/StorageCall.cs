using System.Text.RegularExpressions;

namespace MlServerless.Soak.Faults;

/// <summary>A call to storage, without what differs from run to run.</summary>
/// <param name="Number">From 1, since the proxy was armed.</param>
internal sealed partial record StorageCall(int Number, string Name)
{
    /// <param name="target">As in the request line.</param>
    public static StorageCall Of(int number, string method, Uri target, bool isBatch) =>
        new(number, $"{method} {Service(target)}{(isBatch ? " transaction" : "")} {Anonymous(target)}");

    /// <summary>The emulator's services differ by their ports only; what is called tells which it is.</summary>
    private static string Service(Uri target) => target.Query.Contains("visibilitytimeout", StringComparison.Ordinal) || target.AbsolutePath.Contains("/messages", StringComparison.Ordinal) ? "queue"
        : target.AbsolutePath.Contains("PartitionKey=", StringComparison.Ordinal) || target.AbsolutePath.EndsWith("()", StringComparison.Ordinal) || target.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal) ? "table"
        : target.AbsolutePath.Count(c => c == '/') <= 2 ? "service" : "blob";

    private static string Anonymous(Uri target) => Variable().Replace(Uri.UnescapeDataString(target.AbsolutePath), match => match.Value[0] == 'f' ? "{pipeline}" : match.Value[0] == 't' ? "{run}" : "{id}");

    [GeneratedRegex(@"fault-\d+|t-[0-9a-f]{32}|[0-9a-f]{64}|(?<=sha256/)[0-9a-f]{2}|(?<=:)\d{10,}|(?<=:)[0-9a-f]{16,}", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}
