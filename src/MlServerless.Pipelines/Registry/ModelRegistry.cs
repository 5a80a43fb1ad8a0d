using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MlServerless.Data;
using MlServerless.Pipelines.Monitoring.Capture.Rows;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Registry;

/// <summary>
/// Model versions, aliases and the promotion log, in table <c>registry</c>, partition = model: <c>version:{number}</c>, <c>hash:{hash}</c> (which version an
/// artifact is), <c>alias:{name}</c>, <c>log:{sequence}</c> and <c>head</c>. What changes together changes in one transaction.
/// </summary>
public sealed class ModelRegistry(IPipelineStorage storage, TimeProvider time, PromotionLog? promotions = null)
{
    internal const string HeadKey = "head";

    // Sorts right before the aliases, so that one query reads all that serving goes by.
    private const string CaptureKey = "alias-capture";

    private readonly PromotionLog log = promotions ?? new PromotionLog(storage);

    private IRowTable Table => storage.Registry;

    public async Task<ModelVersion?> FindVersionAsync(string model, int version, CancellationToken cancellationToken) =>
        await FindAsync(model, VersionKey(version), PipelineJson.Default.ModelVersion, cancellationToken) is { } found ? found.Value : null;

    public async Task<ModelAlias?> FindAliasAsync(string model, string alias, CancellationToken cancellationToken) =>
        await FindAsync(model, AliasKey(alias), PipelineJson.Default.ModelAlias, cancellationToken) is { } found ? found.Value : null;

    public IAsyncEnumerable<ModelVersion> ListVersionsAsync(string model, CancellationToken cancellationToken) =>
        ListAsync(model, "version:", PipelineJson.Default.ModelVersion, cancellationToken);

    public IAsyncEnumerable<ModelAlias> ListAliasesAsync(string? model, CancellationToken cancellationToken) =>
        ListAsync(model, "alias:", PipelineJson.Default.ModelAlias, cancellationToken);

    public IAsyncEnumerable<PromotionLogEntry> ListLogAsync(string model, CancellationToken cancellationToken) => log.ListAsync(model, cancellationToken);

    /// <summary>Versions with a number below another, the newest first.</summary>
    /// <param name="before">Null to begin with the newest.</param>
    public async Task<IReadOnlyList<ModelVersion>> ListNewestVersionsAsync(string model, int? before, int limit, CancellationToken cancellationToken)
    {
        if (before is null)
        {
            if (await FindAsync(model, HeadKey, PipelineJson.Default.RegistryHead, cancellationToken) is not { } head)
                return [];
            before = head.Value.LastVersion + 1;
        }

        List<ModelVersion> versions = [];
        await foreach (Row row in Table.QueryAsync(model, VersionKey(Math.Max(1, before.Value - limit)), VersionKey(before.Value), cancellationToken))
            versions.Add(JsonSerializer.Deserialize(row.Json, PipelineJson.Default.ModelVersion)!);
        versions.Reverse();
        return versions;
    }

    /// <summary>Models that have a version, in ordinal order of their names.</summary>
    public async IAsyncEnumerable<string> ListNamesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Row row in Table.QueryAsync(null, HeadKey, HeadKey + "~", cancellationToken))
            yield return row.Partition;
    }

    /// <summary>Models that have a champion.</summary>
    public IAsyncEnumerable<string> ListModelsAsync(CancellationToken cancellationToken) => ListAliasedAsync(ModelAlias.Champion, cancellationToken);

    /// <summary>Models that have an alias.</summary>
    public async IAsyncEnumerable<string> ListAliasedAsync(string alias, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Row row in Table.QueryAsync(null, AliasKey(alias), AliasKey(alias) + "!", cancellationToken))
            yield return row.Partition;
    }

    /// <summary>Aliases whose name is a word, or begins with it and a dash, of all models.</summary>
    public async IAsyncEnumerable<(string Model, ModelAlias Alias)> ListChallengersAsync(string word, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Row row in Table.QueryAsync(null, AliasKey(word), AliasKey(word) + "~", cancellationToken))
        {
            ModelAlias alias = JsonSerializer.Deserialize(row.Json, PipelineJson.Default.ModelAlias)!;
            if (alias.Name == word || alias.Name.StartsWith(word + "-", StringComparison.Ordinal))
                yield return (row.Partition, alias);
        }
    }

    /// <summary>What serving goes by, in one request: champion, canary, and whether rows are kept.</summary>
    public async Task<ServingState> FindServingAsync(string model, CancellationToken cancellationToken)
    {
        var state = new ServingState(null, null, null);

        // The rows lie beside each other; between them there are at most a few other aliases.
        await foreach (Row row in Table.QueryAsync(model, CaptureKey, AliasKey(ModelAlias.Champion) + "!", cancellationToken))
        {
            if (row.Key == CaptureKey)
                state = state with { Capture = JsonSerializer.Deserialize(row.Json, PipelineJson.Default.CaptureSettings) };
            else if (row.Key == AliasKey(ModelAlias.Canary))
                state = state with { Canary = JsonSerializer.Deserialize(row.Json, PipelineJson.Default.ModelAlias) };
            else if (row.Key == AliasKey(ModelAlias.Champion))
                state = state with { Champion = JsonSerializer.Deserialize(row.Json, PipelineJson.Default.ModelAlias) };
        }

        return state;
    }

    /// <summary>Whether and which rows of a model's calls are kept.</summary>
    public async Task<CaptureSettings?> FindCaptureAsync(string model, CancellationToken cancellationToken) =>
        await FindAsync(model, CaptureKey, PipelineJson.Default.CaptureSettings, cancellationToken) is { } found ? found.Value : null;

    /// <param name="capture">Null to keep none from now on.</param>
    public async Task SetCaptureAsync(string model, CaptureSettings? capture, CancellationToken cancellationToken)
    {
        if (capture is null)
            await Table.DeleteAsync(model, CaptureKey, cancellationToken);
        else
            await Table.PutAsync(NewRow(model, CaptureKey, capture, PipelineJson.Default.CaptureSettings), cancellationToken);
    }

    /// <summary>Registers an artifact under the next number. A known artifact keeps its version, and the run is added to it.</summary>
    /// <param name="draft">The version; its number is not looked at.</param>
    public async Task<ModelVersion> RegisterAsync(ModelVersion draft, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await FindAsync(draft.Model, HashKey(draft.Hash), PipelineJson.Default.Int32, cancellationToken) is { } known)
            {
                if (await TryAddRunAsync(draft, known.Value, cancellationToken) is { } version)
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

    /// <summary>Moves an alias and writes the log entry, in one transaction. A rollback also marks the version that it leaves; a choice by somebody unmarks the chosen one.</summary>
    /// <returns>The alias, or null when it has moved since: nothing is changed then, and the decision must be made anew.</returns>
    public async Task<ModelAlias?> TryMoveAliasAsync(AliasMove move, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(move);
        string model = move.Version.Model;
        while (true)
        {
            Found<ModelAlias>? current = await FindAsync(model, AliasKey(move.Alias), PipelineJson.Default.ModelAlias, cancellationToken);
            if (current?.Value.LogSequence != move.Expected?.LogSequence)
                return null;
            Found<RegistryHead> head = await FindAsync(model, HeadKey, PipelineJson.Default.RegistryHead, cancellationToken)
                ?? throw new InvalidOperationException($"Model '{model}' has no registered version.");
            PromotionLogEntry entry = NextEntry(head.Value, move.Alias, move.Expected) with
            {
                ToVersion = move.Version.Version,
                ToHash = move.Version.Hash,
                Action = move.Action,
                RunId = move.RunId,
                Who = move.Who,
                Why = move.Why,
                RequestId = move.RequestId,
                Evidence = move.Evidence,
                Reasons = move.Reasons,
                Metrics = move.Metrics,
                ChampionMetrics = move.ChampionMetrics,
            };
            var moved = new ModelAlias(move.Alias, move.Version.Version, move.Version.Hash, move.Version.Monitoring, move.DataOrder ?? move.Version.DataOrder, move.RunId, entry.At, entry.Sequence) { CanarySettings = move.Canary };
            Row aliasRow = NewRow(model, AliasKey(move.Alias), moved, PipelineJson.Default.ModelAlias) with { ETag = current?.ETag };
            RowChange[] changes =
            [
                new RowChange(current is null ? RowChangeKind.Insert : RowChangeKind.Replace, aliasRow),
                .. LogChanges(model, head, entry),
                .. await MarkAsync(model, move, entry, cancellationToken),
            ];
            if (await Table.TryCommitAsync(model, changes, cancellationToken))
            {
                await log.AnchorQuietlyAsync(model, entry, cancellationToken);
                return moved;
            }
        }
    }

    /// <summary>Takes an alias away and writes the log entry, in one transaction.</summary>
    /// <returns>False when it has moved or gone since.</returns>
    public Task<bool> TryDeleteAliasAsync(string model, ModelAlias expected, string who, string why, CancellationToken cancellationToken) =>
        TryDeleteAliasAsync(model, expected, AliasActions.Delete, who, why, [], cancellationToken);

    /// <summary>Ends a canary that does worse than the champion; its version does not become champion by itself any more.</summary>
    /// <returns>False when it has moved or gone since.</returns>
    public Task<bool> TryRollBackCanaryAsync(string model, ModelAlias canary, string who, string why, IReadOnlyList<string> reasons, CancellationToken cancellationToken) =>
        TryDeleteAliasAsync(model, canary, AliasActions.CanaryRollback, who, why, reasons, cancellationToken);

    private async Task<bool> TryDeleteAliasAsync(string model, ModelAlias expected, string action, string who, string why, IReadOnlyList<string> reasons, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(expected);
        while (true)
        {
            if (await FindAsync(model, AliasKey(expected.Name), PipelineJson.Default.ModelAlias, cancellationToken) is not { } current || current.Value.LogSequence != expected.LogSequence)
                return false;
            Found<RegistryHead> head = (await FindAsync(model, HeadKey, PipelineJson.Default.RegistryHead, cancellationToken))!;
            PromotionLogEntry entry = NextEntry(head.Value, expected.Name, expected) with { Action = action, Who = who, Why = why, Reasons = reasons };
            var row = new Row(model, AliasKey(expected.Name), "{}", current.ETag);
            var changes = new List<RowChange>([.. LogChanges(model, head, entry), new RowChange(RowChangeKind.Delete, row)]);
            if (action == AliasActions.CanaryRollback && await FindAsync(model, VersionKey(expected.Version), PipelineJson.Default.ModelVersion, cancellationToken) is { } version)
                changes.Add(new RowChange(RowChangeKind.Replace, NewRow(model, VersionKey(expected.Version), version.Value with { Withdrawn = new Withdrawal(entry.At, who, why) }, PipelineJson.Default.ModelVersion) with { ETag = version.ETag }));
            if (await Table.TryCommitAsync(model, changes, cancellationToken))
            {
                await log.AnchorQuietlyAsync(model, entry, cancellationToken);
                return true;
            }
        }
    }

    /// <summary>Changes a version's tags or notes.</summary>
    /// <returns>The version, or null when there is none of that number.</returns>
    public async Task<ModelVersion?> AnnotateAsync(string model, int version, Func<ModelVersion, ModelVersion> change, CancellationToken cancellationToken)
    {
        while (await FindAsync(model, VersionKey(version), PipelineJson.Default.ModelVersion, cancellationToken) is { } found)
        {
            ModelVersion next = change(found.Value);
            if (await Table.TryReplaceAsync(NewRow(model, VersionKey(version), next, PipelineJson.Default.ModelVersion) with { ETag = found.ETag }, cancellationToken) is not null)
                return next;
        }

        return null;
    }

    private PromotionLogEntry NextEntry(RegistryHead head, string alias, ModelAlias? from)
    {
        DateTimeOffset now = time.GetUtcNow();
        return new PromotionLogEntry
        {
            Sequence = head.LastLogSequence + 1,
            Previous = head.LastLogHash,
            At = head.LastLogAt > now ? head.LastLogAt.Value : now,
            Alias = alias,
            FromVersion = from?.Version,
            Reasons = [],
            Metrics = new Dictionary<string, double>(StringComparer.Ordinal),
        };
    }

    private static RowChange[] LogChanges(string model, Found<RegistryHead> head, PromotionLogEntry entry) =>
    [
        new RowChange(RowChangeKind.Insert, NewRow(model, PromotionLog.KeyOf(entry.Sequence), entry, PipelineJson.Default.PromotionLogEntry)),
        HeadChange(model, head, head.Value with { LastLogSequence = entry.Sequence, LastLogHash = entry.ComputeHash(), LastLogAt = entry.At }),
    ];

    /// <summary>The mark of the version that a rollback leaves, and its end where somebody chooses a version that has one.</summary>
    private async Task<IReadOnlyList<RowChange>> MarkAsync(string model, AliasMove move, PromotionLogEntry entry, CancellationToken cancellationToken)
    {
        var changes = new List<RowChange>();
        if (move.Alias != ModelAlias.Champion || move.Action == AliasActions.Promote)
            return changes;
        async Task ChangeAsync(int version, Withdrawal? mark)
        {
            if (await FindAsync(model, VersionKey(version), PipelineJson.Default.ModelVersion, cancellationToken) is { } found && found.Value.Withdrawn != mark)
                changes.Add(new RowChange(RowChangeKind.Replace, NewRow(model, VersionKey(version), found.Value with { Withdrawn = mark }, PipelineJson.Default.ModelVersion) with { ETag = found.ETag }));
        }

        await ChangeAsync(move.Version.Version, null);
        if (move.Action == AliasActions.Rollback && move.Expected is { } left && left.Version != move.Version.Version)
            await ChangeAsync(left.Version, new Withdrawal(entry.At, move.Who ?? "", move.Why ?? ""));
        return changes;
    }

    private async Task<ModelVersion?> TryAddRunAsync(ModelVersion draft, int number, CancellationToken cancellationToken)
    {
        Found<ModelVersion> found = await FindAsync(draft.Model, VersionKey(number), PipelineJson.Default.ModelVersion, cancellationToken)
            ?? throw new InvalidOperationException($"Version {number} of model '{draft.Model}' is named by its hash but does not exist.");
        ModelVersion known = found.Value;
        ModelMode mode = draft.Mode == ModelMode.Production ? ModelMode.Production : known.Mode;
        if (known.Mode == mode && known.Runs.Contains(draft.Runs[0], StringComparer.Ordinal))
            return known;
        ModelVersion next = known with { Mode = mode, Runs = known.Runs.Contains(draft.Runs[0], StringComparer.Ordinal) ? known.Runs : [.. known.Runs, draft.Runs[0]] };
        Row row = NewRow(draft.Model, VersionKey(number), next, PipelineJson.Default.ModelVersion) with { ETag = found.ETag };
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

    private static string AliasKey(string alias) => $"alias:{alias}";

    private static string HashKey(ContentHash hash) => $"hash:{hash.Hex}";

    private sealed record Found<T>(T Value, string? ETag);
}
