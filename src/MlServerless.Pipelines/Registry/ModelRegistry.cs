using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Registry;

/// <summary>
/// Model versions, aliases and the promotion log, in table <c>registry</c>, partition = model: <c>version:{number}</c>, <c>hash:{hash}</c> (which version an
/// artifact is), <c>alias:{name}</c>, <c>log:{sequence}</c> and <c>head</c>. What changes together changes in one transaction.
/// </summary>
public sealed class ModelRegistry(IPipelineStorage storage, TimeProvider time)
{
    private const string HeadKey = "head";

    private IRowTable Table => storage.Registry;

    public async Task<ModelVersion?> FindVersionAsync(string model, int version, CancellationToken cancellationToken) =>
        await FindAsync(model, VersionKey(version), PipelineJson.Default.ModelVersion, cancellationToken) is { } found ? found.Value : null;

    public async Task<ModelAlias?> FindAliasAsync(string model, string alias, CancellationToken cancellationToken) =>
        await FindAsync(model, AliasKey(alias), PipelineJson.Default.ModelAlias, cancellationToken) is { } found ? found.Value : null;

    public IAsyncEnumerable<ModelVersion> ListVersionsAsync(string model, CancellationToken cancellationToken) =>
        ListAsync(model, "version:", PipelineJson.Default.ModelVersion, cancellationToken);

    public IAsyncEnumerable<ModelAlias> ListAliasesAsync(string? model, CancellationToken cancellationToken) =>
        ListAsync(model, "alias:", PipelineJson.Default.ModelAlias, cancellationToken);

    public IAsyncEnumerable<PromotionLogEntry> ListLogAsync(string model, CancellationToken cancellationToken) =>
        ListAsync(model, "log:", PipelineJson.Default.PromotionLogEntry, cancellationToken);

    /// <summary>Models that have a champion.</summary>
    public async IAsyncEnumerable<string> ListModelsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Row row in Table.QueryAsync(null, AliasKey(ModelAlias.Champion), AliasKey(ModelAlias.Champion) + "~", cancellationToken))
            yield return row.Partition;
    }

    /// <summary>Registers an artifact under the next number. A known artifact keeps its version, and the run is added to it.</summary>
    /// <param name="draft">The version; its number is not looked at.</param>
    public async Task<ModelVersion> RegisterAsync(ModelVersion draft, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await FindAsync(draft.Model, HashKey(draft.Hash), PipelineJson.Default.Int32, cancellationToken) is { } known)
            {
                if (await TryAddRunAsync(draft.Model, known.Value, draft.Runs[0], cancellationToken) is { } version)
                    return version;
                continue;
            }

            Found<RegistryHead>? head = await FindAsync(draft.Model, HeadKey, PipelineJson.Default.RegistryHead, cancellationToken);
            RegistryHead next = head is null ? new RegistryHead(1, 0, default) : head.Value with { LastVersion = head.Value.LastVersion + 1 };
            ModelVersion registered = draft with { Version = next.LastVersion };
            if (await Table.TryCommitAsync(
                draft.Model,
                [
                    HeadChange(draft.Model, head, next),
                    new RowChange(RowChangeKind.Insert, NewRow(draft.Model, VersionKey(registered.Version), registered, PipelineJson.Default.ModelVersion)),
                    new RowChange(RowChangeKind.Insert, NewRow(draft.Model, HashKey(draft.Hash), registered.Version, PipelineJson.Default.Int32)),
                ],
                cancellationToken))
            {
                return registered;
            }
        }
    }

    /// <summary>Moves an alias and writes the log entry, in one transaction.</summary>
    /// <param name="expected">The alias as the decision saw it; null when it did not exist.</param>
    /// <returns>The alias, or null when it has moved since: nothing is changed then, and the decision must be made anew.</returns>
    public async Task<ModelAlias?> TryMoveAliasAsync(
        ModelVersion version,
        string alias,
        ModelAlias? expected,
        string dataOrder,
        string runId,
        IReadOnlyList<string> reasons,
        IReadOnlyDictionary<string, double> metrics,
        IReadOnlyDictionary<string, double>? championMetrics,
        CancellationToken cancellationToken)
    {
        string model = version.Model;
        while (true)
        {
            Found<ModelAlias>? current = await FindAsync(model, AliasKey(alias), PipelineJson.Default.ModelAlias, cancellationToken);
            if (current?.Value != expected)
                return null;
            Found<RegistryHead>? head = await FindAsync(model, HeadKey, PipelineJson.Default.RegistryHead, cancellationToken)
                ?? throw new InvalidOperationException($"Model '{model}' has no registered version.");
            var entry = new PromotionLogEntry
            {
                Sequence = head.Value.LastLogSequence + 1,
                Previous = head.Value.LastLogHash,
                At = time.GetUtcNow(),
                Alias = alias,
                FromVersion = expected?.Version,
                ToVersion = version.Version,
                ToHash = version.Hash,
                RunId = runId,
                Reasons = reasons,
                Metrics = metrics,
                ChampionMetrics = championMetrics,
            };
            var moved = new ModelAlias(alias, version.Version, version.Hash, version.Monitoring, dataOrder, runId, entry.At, entry.Sequence);
            Row aliasRow = NewRow(model, AliasKey(alias), moved, PipelineJson.Default.ModelAlias) with { ETag = current?.ETag };
            if (await Table.TryCommitAsync(
                model,
                [
                    new RowChange(current is null ? RowChangeKind.Insert : RowChangeKind.Replace, aliasRow),
                    new RowChange(RowChangeKind.Insert, NewRow(model, LogKey(entry.Sequence), entry, PipelineJson.Default.PromotionLogEntry)),
                    HeadChange(model, head, head.Value with { LastLogSequence = entry.Sequence, LastLogHash = entry.ComputeHash() }),
                ],
                cancellationToken))
            {
                return moved;
            }
        }
    }

    private async Task<ModelVersion?> TryAddRunAsync(string model, int number, string runId, CancellationToken cancellationToken)
    {
        Found<ModelVersion> found = await FindAsync(model, VersionKey(number), PipelineJson.Default.ModelVersion, cancellationToken)
            ?? throw new InvalidOperationException($"Version {number} of model '{model}' is named by its hash but does not exist.");
        if (found.Value.Runs.Contains(runId, StringComparer.Ordinal))
            return found.Value;
        ModelVersion next = found.Value with { Runs = [.. found.Value.Runs, runId] };
        Row row = NewRow(model, VersionKey(number), next, PipelineJson.Default.ModelVersion) with { ETag = found.ETag };
        return await Table.TryReplaceAsync(row, cancellationToken) is null ? null : next;
    }

    private async Task<Found<T>?> FindAsync<T>(string model, string key, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await Table.FindAsync(model, key, cancellationToken) is { } row ? new Found<T>(JsonSerializer.Deserialize(row.Json, type)!, row.ETag) : null;

    private async IAsyncEnumerable<T> ListAsync<T>(string? model, string prefix, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Row row in Table.QueryAsync(model, prefix, prefix + "~", cancellationToken))
            yield return JsonSerializer.Deserialize(row.Json, type)!;
    }

    private static RowChange HeadChange(string model, Found<RegistryHead>? current, RegistryHead next) => new(
        current is null ? RowChangeKind.Insert : RowChangeKind.Replace,
        NewRow(model, HeadKey, next, PipelineJson.Default.RegistryHead) with { ETag = current?.ETag });

    private static Row NewRow<T>(string model, string key, T value, JsonTypeInfo<T> type) => new(model, key, JsonSerializer.Serialize(value, type));

    private static string VersionKey(int version) => string.Create(CultureInfo.InvariantCulture, $"version:{version:D8}");

    private static string LogKey(long sequence) => string.Create(CultureInfo.InvariantCulture, $"log:{sequence:D10}");

    private static string AliasKey(string alias) => $"alias:{alias}";

    private static string HashKey(ContentHash hash) => $"hash:{hash.Hex}";

    private sealed record Found<T>(T Value, string? ETag);
}
