using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Alerts;

/// <summary>
/// Opens and resolves alerts. Table <c>monitoring</c>, partition <c>@alerts</c>: <c>open:{pipeline}:{kind}</c> is an open alert, so that there is one of a
/// kind; a resolved one is <c>past:{time}:{pipeline}:{kind}</c> and <c>past-of:{pipeline}:{time}:{kind}</c>, with a time that counts down, so that the newest comes first.
/// </summary>
public sealed class AlertBook(IPipelineStorage storage, TimeProvider time, ILogger<AlertBook> logger, AlertDelivery? delivery = null)
{
    internal const string Partition = "@alerts";

    private const string OpenPrefix = "open:";
    private const string PastPrefix = "past:";
    private const string PastOfPrefix = "past-of:";

    /// <summary>An alert that is not in the log this long after it was opened was opened by a process that died, and is logged by the next look.</summary>
    private static readonly TimeSpan AnnounceDelay = TimeSpan.FromMinutes(1);

    private IRowTable Table => storage.Monitoring;

    /// <summary>Makes the open alerts of a pipeline those of the conditions that hold. Repeating it, also at the same time, changes nothing more.</summary>
    /// <param name="parties">Whom the alerts name.</param>
    /// <param name="kinds">The kinds that were looked at; alerts of others are left alone.</param>
    /// <param name="conditions">What was found, at most one of a kind.</param>
    public async Task SettleAsync(string pipeline, AlertParties parties, IReadOnlyCollection<string> kinds, IReadOnlyCollection<AlertCondition> conditions, CancellationToken cancellationToken)
    {
        foreach (string kind in kinds)
        {
            if (conditions.SingleOrDefault(condition => condition.Kind == kind) is { } condition)
                await OpenAsync(pipeline, parties, condition, cancellationToken);
            else
                await ResolveAsync(pipeline, kind, cancellationToken);
        }
    }

    /// <summary>Open alerts, of one pipeline or of all, by pipeline and kind.</summary>
    public async IAsyncEnumerable<Alert> ListOpenAsync(string? pipeline, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string prefix = pipeline is null ? OpenPrefix : $"{OpenPrefix}{pipeline}:";
        await foreach (Row row in Table.QueryAsync(Partition, prefix, prefix + "~", cancellationToken))
            yield return FromRow(row);
    }

    /// <summary>Resolved alerts, of one pipeline or of all, the last one resolved first.</summary>
    /// <param name="after">Where the page before ended; null for the first page.</param>
    /// <exception cref="ProblemException">400: <paramref name="after"/> is none that was given with a page.</exception>
    public async Task<AlertPage> ListResolvedAsync(string? pipeline, int limit, string? after, CancellationToken cancellationToken)
    {
        string prefix = pipeline is null ? PastPrefix : $"{PastOfPrefix}{pipeline}:";
        if (after is not null && (!after.StartsWith(prefix, StringComparison.Ordinal) || after.Length > 256 || after.AsSpan().ContainsAnyExcept(TokenCharacters)))
            throw ProblemException.BadRequest("'after' does not continue this list.", "Send the 'next' of the page before with the same filters, or leave 'after' out for the first page.");
        var alerts = new List<Alert>();
        string? last = null;
        await foreach (Row row in Table.QueryAsync(Partition, after is null ? prefix : after + "!", prefix + "~", cancellationToken))
        {
            if (alerts.Count == limit)
                return new AlertPage(alerts, last);
            alerts.Add(FromRow(row));
            last = row.Key;
        }

        return new AlertPage(alerts, null);
    }

    private static readonly System.Buffers.SearchValues<char> TokenCharacters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-:");

    private async Task OpenAsync(string pipeline, AlertParties parties, AlertCondition condition, CancellationToken cancellationToken)
    {
        string key = OpenKey(pipeline, condition.Kind);
        while (true)
        {
            Row? row = await Table.FindAsync(Partition, key, cancellationToken);
            Alert? known = row is null ? null : FromRow(row);
            DateTimeOffset openedAt = known?.OpenedAt ?? time.GetUtcNow();
            var alert = new Alert
            {
                Id = known?.Id ?? Id(pipeline, condition.Kind, openedAt),
                Pipeline = pipeline,
                Kind = condition.Kind,
                Reason = condition.Reason,
                Owner = parties.Owner,
                Consumers = parties.Consumers,
                Since = condition.Since,
                OpenedAt = openedAt,
                Evidence = condition.Evidence,
                Announced = known?.Announced ?? false,
            };
            Row next = ToRow(key, alert) with { ETag = row?.ETag };
            if (row is null)
                next = (await Table.TryInsertAsync(next, cancellationToken))!;
            else if (row.Json != next.Json)
                next = (await Table.TryReplaceAsync(next, cancellationToken))!;

            // Somebody else was here at the same time; what they wrote is looked at anew.
            if (next is null)
                continue;
            if (!alert.Announced && (known is null || openedAt + AnnounceDelay <= time.GetUtcNow()))
                await AnnounceAsync(next, alert, cancellationToken);
            return;
        }
    }

    /// <summary>Logs first and notes it then: an alert may be logged twice, but never not at all.</summary>
    private async Task AnnounceAsync(Row row, Alert alert, CancellationToken cancellationToken)
    {
        logger.LogWarning(
            AlertEvents.Opened,
            "Alert {Alert} of pipeline {Pipeline}: {Kind} since {Since}. {Reason} Owner: {Owner}; consumers: {Consumers}",
            alert.Id,
            alert.Pipeline,
            alert.Kind,
            alert.Since,
            alert.Reason,
            alert.Owner ?? "not named",
            alert.Consumers.Count == 0 ? "none named" : string.Join(", ", alert.Consumers.Select(consumer => consumer.Name)));
        if (delivery is null || await delivery.DeliverAsync(alert, cancellationToken))
            await Table.TryReplaceAsync(ToRow(row.Key, alert with { Announced = true }) with { ETag = row.ETag }, cancellationToken);
    }

    private async Task ResolveAsync(string pipeline, string kind, CancellationToken cancellationToken)
    {
        while (await Table.FindAsync(Partition, OpenKey(pipeline, kind), cancellationToken) is { } row)
        {
            Alert resolved = FromRow(row) with { ResolvedAt = time.GetUtcNow(), Announced = true };
            string down = (DateTimeOffset.MaxValue.UtcTicks - resolved.ResolvedAt.Value.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);
            if (!await Table.TryCommitAsync(
                Partition,
                [
                    new RowChange(RowChangeKind.Insert, ToRow($"{PastPrefix}{down}:{pipeline}:{kind}", resolved)),
                    new RowChange(RowChangeKind.Insert, ToRow($"{PastOfPrefix}{pipeline}:{down}:{kind}", resolved)),
                    new RowChange(RowChangeKind.Delete, row),
                ],
                cancellationToken))
            {
                continue;
            }

            if (delivery is not null)
                await delivery.DeliverAsync(resolved, cancellationToken);
            logger.LogInformation(AlertEvents.Resolved, "Alert {Alert} of pipeline {Pipeline} has ended: {Kind}", resolved.Id, pipeline, kind);
            return;
        }
    }

    private static string OpenKey(string pipeline, string kind) => $"{OpenPrefix}{pipeline}:{kind}";

    private static string Id(string pipeline, string kind, DateTimeOffset openedAt) => "a-" + Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{pipeline}\n{kind}\n{openedAt.UtcTicks}"))).AsSpan(0, 16));

    private static Row ToRow(string key, Alert alert) => new(Partition, key, JsonSerializer.Serialize(alert, PipelineJson.Default.Alert));

    private static Alert FromRow(Row row) => JsonSerializer.Deserialize(row.Json, PipelineJson.Default.Alert)!;
}
