using System.Globalization;
using System.Text.Json;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Runs;

/// <summary>
/// Starts the runs that schedules ask for, where there is something new to train on. The row <c>schedule</c> of a pipeline's partition in table <c>runs</c>
/// holds the due time that was last looked after; a run's id comes from its due time, so that a repeated look starts nothing twice.
/// </summary>
public sealed class ScheduleTimer(IPipelineStorage storage, SpecCatalog specs, RunLog runs, RunStarter starter, DataCatalog catalog, TimeProvider time, ILogger<ScheduleTimer> logger)
{
    private const string RowKey = "schedule";

    /// <summary>How many of the newest runs are looked at for one that has done the work already.</summary>
    private const int MaxLookedAt = 200;

    /// <returns>How many runs were started.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        int started = 0;
        await foreach (string pipeline in storage.Specs.ListNamesAsync(cancellationToken))
        {
            try
            {
                byte[] json = (await specs.RequireAsync(pipeline, cancellationToken)).Json;
                if (SpecParser.Parse(json).Schedule is { } schedule && await LookAfterAsync(pipeline, schedule, json, cancellationToken))
                    started++;
            }
            catch (ProblemException problem)
            {
                // A spec that was written past the API, or data that went meanwhile: the other pipelines go on.
                logger.LogWarning("The schedule of pipeline {Pipeline} was left out: {Problem} {Detail}", pipeline, problem.Title, problem.Detail);
            }
        }

        return started;
    }

    private async Task<bool> LookAfterAsync(string pipeline, ScheduleSpec schedule, byte[] spec, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        string text = schedule.Cron?.Text ?? schedule.Every?.ToString("c", CultureInfo.InvariantCulture) ?? "";
        if (text.Length == 0)
            return false;
        Row? row = await storage.Runs.FindAsync(pipeline, RowKey, cancellationToken);
        ScheduleState? state = row is null ? null : JsonSerializer.Deserialize(row.Json, PipelineJson.Default.ScheduleState);
        if (state is null || state.Schedule != text)
        {
            // What was due before the schedule was written is no concern of it.
            await WriteAsync(pipeline, row, new ScheduleState(text, now), cancellationToken);
            return false;
        }

        if (schedule.LastDue(now) is not { } due || due <= state.Last)
            return false;
        bool starts = await IsNewAsync(pipeline, SpecCatalog.Hash(spec), cancellationToken);
        if (starts)
        {
            RunRecord run = await starter.RequestAsync(
                pipeline, new RunRequest { IdempotencyKey = string.Create(CultureInfo.InvariantCulture, $"schedule {due:yyyyMMddTHHmmssZ}"), Trigger = "schedule" }, cancellationToken);
            logger.LogInformation("Pipeline {Pipeline}: run {Run} is due since {Due}", pipeline, run.Id, due);
        }

        // The run first: a crash in between finds it again by its id.
        await WriteAsync(pipeline, row, state with { Last = due }, cancellationToken);
        return starts;
    }

    /// <summary>Whether the newest data were not trained on yet under the present spec.</summary>
    private async Task<bool> IsNewAsync(string pipeline, Data.ContentHash spec, CancellationToken cancellationToken)
    {
        if (await catalog.FindNewestAsync(pipeline, cancellationToken) is not { } newest)
            return false;
        await foreach (RunRecord run in runs.ListNewestAsync(pipeline, null, null, cancellationToken).Take(MaxLookedAt))
        {
            bool isSame = !run.IsAside && run.SpecHash == spec && run.RequestedDataVersion is null && string.CompareOrdinal(run.DataOrder, newest.Order) >= 0;
            if (isSame && (!run.HasEnded || run.Model is not null || run.Status == RunStatus.Rejected))
                return false;
        }

        return true;
    }

    private async Task WriteAsync(string pipeline, Row? row, ScheduleState state, CancellationToken cancellationToken)
    {
        // Whoever loses the race has been forestalled in the same work.
        var next = new Row(pipeline, RowKey, JsonSerializer.Serialize(state, PipelineJson.Default.ScheduleState), row?.ETag);
        if (row is null)
            await storage.Runs.TryInsertAsync(next, cancellationToken);
        else
            await storage.Runs.TryReplaceAsync(next, cancellationToken);
    }
}
