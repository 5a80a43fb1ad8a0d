using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlServerless.Pipelines.Registry;

/// <summary>
/// The promotion log: rows <c>log:{sequence}</c> beside the aliases they tell of, each chained to the one before by its hash. Every entry is also written to
/// the log stream and, as <c>{model}/{sequence}-{hash}</c>, to the container <c>promotion-heads</c>, which a deployment makes immutable. So a log that was
/// rewritten as a whole, hashes and all, still differs from what was anchored.
/// </summary>
public sealed class PromotionLog(IPipelineStorage storage, ILogger<PromotionLog>? logger = null)
{
    private const string Prefix = "log:";

    private readonly ILogger log = logger ?? (ILogger)NullLogger.Instance;

    internal static string KeyOf(long sequence) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{sequence:D10}");

    /// <summary>Entries in their order.</summary>
    public async IAsyncEnumerable<PromotionLogEntry> ListAsync(string model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Row row in storage.Registry.QueryAsync(model, Prefix, Prefix + "~", cancellationToken))
            yield return JsonSerializer.Deserialize(row.Json, PipelineJson.Default.PromotionLogEntry)!;
    }

    /// <summary>Entries before another, the newest first.</summary>
    /// <param name="before">The sequence of an entry; null to begin with the newest.</param>
    public async Task<IReadOnlyList<PromotionLogEntry>> ListNewestAsync(string model, long? before, int limit, CancellationToken cancellationToken)
    {
        long end = before ?? ((await HeadAsync(model, cancellationToken))?.LastLogSequence ?? 0) + 1;
        List<PromotionLogEntry> entries = [];
        await foreach (Row row in storage.Registry.QueryAsync(model, KeyOf(Math.Max(1, end - limit)), KeyOf(end), cancellationToken))
            entries.Add(JsonSerializer.Deserialize(row.Json, PipelineJson.Default.PromotionLogEntry)!);
        entries.Reverse();
        return entries;
    }

    /// <summary>The entry by which an alias pointed where it did at a time; null when it did not exist then.</summary>
    public async Task<PromotionLogEntry?> FindAtAsync(string model, string alias, DateTimeOffset at, CancellationToken cancellationToken)
    {
        PromotionLogEntry? then = null;
        await foreach (PromotionLogEntry entry in ListAsync(model, cancellationToken))
        {
            if (entry.At > at)
                break;
            if (entry.Alias == alias)
                then = entry;
        }

        return then?.ToVersion is null ? null : then;
    }

    /// <summary>Computes the chain anew and compares it with the head, the anchors and the aliases.</summary>
    public async Task<ChainVerification> VerifyAsync(string model, CancellationToken cancellationToken)
    {
        // Anchors first: an entry that is written meanwhile is then one without an anchor, never an anchor without an entry.
        List<AnchoredHead> anchors = await ListAnchorsAsync(model, cancellationToken).ToListAsync(cancellationToken);
        ChainVerification found = await ReadAsync(model, anchors, cancellationToken);

        // An alias may have moved between the reads of log, head and aliases; what was really rewritten stays so.
        if (!found.Intact)
            found = await ReadAsync(model, anchors, cancellationToken);
        var named = new List<ChainFault>();
        foreach (ChainFault fault in found.Faults)
            named.Add(fault.Code == PromotionChain.OtherAnchor ? fault with { Fields = await ChangedFieldsAsync(model, fault.Sequence, anchors, cancellationToken) } : fault);
        if (!found.Intact)
            log.LogError(PromotionEvents.Tampered, "Promotion log of model {Model}: {Fault}", model, found.Faults[0].Message);
        return found with { Faults = named };
    }

    /// <summary>Anchors an entry that was just written. What fails here is done by <see cref="AnchorMissingAsync"/>.</summary>
    internal async Task AnchorQuietlyAsync(string model, PromotionLogEntry entry, CancellationToken cancellationToken)
    {
        log.LogInformation(
            PromotionEvents.Head,
            "Promotion log of model {Model}: entry {Sequence} has hash {Hash}; alias {Alias} goes from version {FromVersion} to {ToVersion}",
            model, entry.Sequence, entry.ComputeHash(), entry.Alias, entry.FromVersion, entry.ToVersion);
        try
        {
            await AnchorAsync(model, entry.Sequence, CanonicalJson.Serialize(entry, PipelineJson.Default.PromotionLogEntry), cancellationToken);
        }
        catch (Exception exception)
        {
            // The alias has moved: saying that the move failed would be wrong.
            log.LogWarning(PromotionEvents.NotAnchored, exception, "Entry {Sequence} of the promotion log of model {Model} is not anchored yet", entry.Sequence, model);
        }
    }

    /// <summary>Anchors what a process that died, or storage that failed, has left without an anchor.</summary>
    /// <returns>How many entries.</returns>
    public async Task<int> AnchorMissingAsync(CancellationToken cancellationToken)
    {
        int anchored = 0;
        List<Row> heads = await storage.Registry.QueryAsync(null, ModelRegistry.HeadKey, ModelRegistry.HeadKey + "~", cancellationToken).ToListAsync(cancellationToken);
        foreach (Row row in heads)
        {
            RegistryHead head = JsonSerializer.Deserialize(row.Json, PipelineJson.Default.RegistryHead)!;
            if (head.LastLogSequence == 0 || await storage.PromotionHeads.ExistsAsync(PathOf(row.Partition, head.LastLogSequence, head.LastLogHash), cancellationToken))
                continue;
            HashSet<long> known = await ListAnchorsAsync(row.Partition, cancellationToken).Select(anchor => anchor.Sequence).ToHashSetAsync(cancellationToken: cancellationToken);
            await foreach (Row entry in storage.Registry.QueryAsync(row.Partition, Prefix, Prefix + "~", cancellationToken))
            {
                long sequence = long.Parse(entry.Key.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture);
                if (known.Contains(sequence))
                    continue;
                await AnchorAsync(row.Partition, sequence, CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(entry.Json)), cancellationToken);
                anchored++;
            }
        }

        return anchored;
    }

    private async Task<ChainVerification> ReadAsync(string model, IReadOnlyList<AnchoredHead> anchors, CancellationToken cancellationToken)
    {
        List<Row> aliases = await storage.Registry.QueryAsync(model, "alias:", "alias:~", cancellationToken).ToListAsync(cancellationToken);
        List<Row> entries = await storage.Registry.QueryAsync(model, Prefix, Prefix + "~", cancellationToken).ToListAsync(cancellationToken);
        RegistryHead? head = await HeadAsync(model, cancellationToken);
        return PromotionChain.Verify(
            model,
            [.. entries.Select(row => (row.Key[Prefix.Length..], row.Json))],
            head,
            anchors,
            [.. aliases.Select(row => JsonSerializer.Deserialize(row.Json, PipelineJson.Default.ModelAlias)!)]);
    }

    private async Task<RegistryHead?> HeadAsync(string model, CancellationToken cancellationToken) =>
        await storage.Registry.FindAsync(model, ModelRegistry.HeadKey, cancellationToken) is { } row ? JsonSerializer.Deserialize(row.Json, PipelineJson.Default.RegistryHead) : null;

    private async Task AnchorAsync(string model, long sequence, byte[] entry, CancellationToken cancellationToken) =>
        await storage.PromotionHeads.TryAddAsync(PathOf(model, sequence, ContentHash.Of(entry)), entry, cancellationToken);

    private async IAsyncEnumerable<AnchoredHead> ListAnchorsAsync(string model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string folder = model + "/";
        await foreach (string path in storage.PromotionHeads.ListAsync(folder, cancellationToken))
        {
            string[] parts = path[folder.Length..].Split('-');
            if (parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long sequence) && ContentHash.TryParse(parts[1], out ContentHash hash))
                yield return new AnchoredHead(sequence, hash);
        }
    }

    /// <summary>The fields in which an entry differs from what was anchored.</summary>
    private async Task<IReadOnlyList<string>?> ChangedFieldsAsync(string model, long sequence, IReadOnlyList<AnchoredHead> anchors, CancellationToken cancellationToken)
    {
        if (await storage.Registry.FindAsync(model, KeyOf(sequence), cancellationToken) is not { } row)
            return null;
        AnchoredHead anchor = anchors.First(anchor => anchor.Sequence == sequence);
        byte[]? then = await storage.PromotionHeads.FindAsync(PathOf(model, sequence, anchor.Hash), cancellationToken);
        return then is null || ContentHash.Of(then) != anchor.Hash ? null : PromotionChain.ChangedFields(then, Encoding.UTF8.GetBytes(row.Json));
    }

    private static string PathOf(string model, long sequence, ContentHash hash) => string.Create(CultureInfo.InvariantCulture, $"{model}/{sequence:D10}-{hash.Hex}");
}
