using System.Globalization;
using System.Text;
using System.Text.Json;
using MlServerless.Data;

namespace MlServerless.Pipelines.Registry;

/// <summary>Checks a promotion log: each entry holds the hash of the one before, the head that of the last, and the anchors those of all.</summary>
internal static class PromotionChain
{
    public const string OtherAnchor = "other-anchor";

    /// <param name="entries">Sequence as the row's key has it, and JSON as stored, in the order of the keys.</param>
    /// <param name="head">Null where the model has none.</param>
    public static ChainVerification Verify(string model, IReadOnlyList<(string Key, string Json)> entries, RegistryHead? head, IReadOnlyList<AnchoredHead> anchors, IReadOnlyList<ModelAlias> aliases)
    {
        var faults = new List<ChainFault>();
        var hashes = new Dictionary<long, ContentHash>();
        var pointed = new Dictionary<string, PromotionLogEntry>(StringComparer.Ordinal);
        ContentHash last = default;
        long expected = 1;
        foreach ((string key, string json) in entries)
        {
            long sequence = long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;
            if (sequence > expected)
            {
                faults.Add(new ChainFault(expected, "missing-entry", sequence == expected + 1 ? Say($"Entry {expected} is missing.") : Say($"Entries {expected} to {sequence - 1} are missing.")));
            }

            expected = sequence + 1;
            if (Read(json) is not (PromotionLogEntry entry, ContentHash hash))
            {
                faults.Add(new ChainFault(sequence, "unreadable", Say($"Entry {sequence} is not the JSON of an entry.")));
                continue;
            }

            if (entry.Sequence != sequence || entry.Previous != last)
                faults.Add(new ChainFault(sequence, "broken-chain", Say($"Entry {sequence} does not follow the one before it: it names {Show(entry.Previous)} as its predecessor, and that hashes to {Show(last)}. One of the two was changed.")));
            hashes[sequence] = hash;
            pointed[entry.Alias] = entry;
            last = hash;
        }

        if (head is null ? entries.Count > 0 : head.LastLogSequence != expected - 1 || head.LastLogHash != last)
            faults.Add(new ChainFault(0, "wrong-head", Say($"The head names entry {head?.LastLogSequence ?? 0} with hash {Show(head?.LastLogHash ?? default)}; the last entry is {expected - 1} and hashes to {Show(last)}.")));
        CheckAnchors(anchors, hashes, expected - 1, faults);
        foreach (ModelAlias alias in aliases)
        {
            if (!pointed.TryGetValue(alias.Name, out PromotionLogEntry? entry) || entry.ToVersion != alias.Version || entry.ToHash != alias.Hash || entry.Sequence != alias.LogSequence)
                faults.Add(new ChainFault(alias.LogSequence, "alias-without-entry", Say($"Alias '{alias.Name}' points to version {alias.Version}, and the log says {(entry?.ToVersion is { } version ? Say($"version {version}") : "that there is no such alias")}.")));
        }

        HashSet<long> anchored = [.. anchors.Select(anchor => anchor.Sequence)];
        return new ChainVerification(model, faults.Count == 0, entries.Count, last, anchored.Count, [.. hashes.Keys.Where(sequence => !anchored.Contains(sequence)).Order()], faults);
    }

    /// <summary>The members in which two entries differ.</summary>
    public static IReadOnlyList<string> ChangedFields(ReadOnlyMemory<byte> then, ReadOnlyMemory<byte> now)
    {
        using JsonDocument before = JsonDocument.Parse(then);
        using JsonDocument after = JsonDocument.Parse(now);
        string? Text(JsonDocument document, string name) => document.RootElement.TryGetProperty(name, out JsonElement value) ? Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(value.GetRawText()))) : null;
        return
        [
            .. before.RootElement.EnumerateObject().Concat(after.RootElement.EnumerateObject())
                .Select(member => member.Name)
                .Distinct(StringComparer.Ordinal)
                .Where(name => Text(before, name) != Text(after, name))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static void CheckAnchors(IReadOnlyList<AnchoredHead> anchors, Dictionary<long, ContentHash> hashes, long last, List<ChainFault> faults)
    {
        foreach (IGrouping<long, AnchoredHead> anchor in anchors.GroupBy(anchor => anchor.Sequence).OrderBy(group => group.Key))
        {
            if (anchor.Key > last)
                faults.Add(new ChainFault(anchor.Key, "truncated", Say($"Entry {anchor.Key} was anchored with hash {Show(anchor.First().Hash)}, and the log ends with entry {last}.")));
            else if (hashes.TryGetValue(anchor.Key, out ContentHash now) && anchor.FirstOrDefault(head => head.Hash != now) is { } other)
                faults.Add(new ChainFault(anchor.Key, OtherAnchor, Say($"Entry {anchor.Key} hashes to {Show(now)}, and was anchored as {Show(other.Hash)}: it was changed after it was written, or its chain was rewritten.")));
        }
    }

    private static (PromotionLogEntry Entry, ContentHash Hash)? Read(string json)
    {
        try
        {
            // Of the bytes that are stored, not of what this version of the code reads in them.
            PromotionLogEntry? entry = JsonSerializer.Deserialize(json, PipelineJson.Default.PromotionLogEntry);
            return entry is null ? null : (entry, ContentHash.Of(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(json))));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Show(ContentHash hash) => hash == default ? "nothing" : hash.Hex[..12] + "…";

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
