using System.Buffers;
using System.Globalization;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Monitoring.Capture;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Steps;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>
/// How features went with the predictions when a version was made: counted over hold-out rows of its run the first time it is asked for, and kept. Table
/// <c>monitoring</c>, partition = model, row <c>association:{version}</c>.
/// </summary>
public sealed class AssociationReferences(IPipelineStorage storage, ModelRegistry registry, RunLog runs, PreparedDataReader prepared, ILogger<AssociationReferences> logger)
{
    private const int MaxRows = 20_000;
    private const int BatchRows = 2_000;

    /// <returns>Null where the rows are no longer kept.</returns>
    internal async Task<IReadOnlyList<AssociationCounts>?> FindAsync(ServedModel served, CancellationToken cancellationToken)
    {
        string key = string.Create(CultureInfo.InvariantCulture, $"association:{served.Version:D8}");
        try
        {
            if (await storage.Monitoring.FindAsync(served.Name, key, cancellationToken) is { } row)
            {
                ContentHash known = JsonSerializer.Deserialize(row.Json, PipelineJson.Default.ContentHash);
                return JsonSerializer.Deserialize(await storage.Content.ReadAsync(known, cancellationToken), PipelineJson.Default.IReadOnlyListAssociationCounts)!;
            }

            if (await CountAsync(served, cancellationToken) is not { } counts)
                return null;
            ContentHash hash = await storage.Content.PutAsync(CanonicalJson.Serialize(counts, PipelineJson.Default.IReadOnlyListAssociationCounts), cancellationToken);
            await storage.Monitoring.PutAsync(new Row(served.Name, key, JsonSerializer.Serialize(hash, PipelineJson.Default.ContentHash)), cancellationToken);
            return counts;
        }
        catch (ContentMissingException)
        {
            logger.LogInformation("The hold-out rows of model {Model} version {Version} are no longer kept; its attribution cannot be compared", served.Name, served.Version);
            return null;
        }
    }

    private async Task<IReadOnlyList<AssociationCounts>?> CountAsync(ServedModel served, CancellationToken cancellationToken)
    {
        if (await registry.FindVersionAsync(served.Name, served.Version, cancellationToken) is not { } version
            || await runs.FindAsync(served.Name, version.Runs[0], cancellationToken) is not { PreparedHash: not null } run)
        {
            return null;
        }

        PreparedData data = await prepared.ReadAsync(run, cancellationToken);
        Table holdOut = await prepared.ReadTableAsync(data.HoldOut, cancellationToken);
        var reader = new JsonRowReader(served.Artifact.Signature, closedDomains: false);
        var counts = new Associations(served.Artifact);
        int rows = Math.Min(holdOut.RowCount, MaxRows);
        for (int start = 0; start < rows; start += BatchRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var json = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { SkipValidation = true }))
                JsonRowWriter.Write(writer, holdOut, served.Artifact.Signature, start, Math.Min(BatchRows, rows - start));
            RowBatch batch = reader.Read(json.WrittenSpan);
            var outcome = new PredictionOutcome(new ModelAnswer(served, false), batch, served.Score(batch), []);
            for (int i = 0; i < batch.RowCount; i++)
                counts.Add(batch, i, outcome.Score(i));
        }

        return counts.Counts();
    }
}
