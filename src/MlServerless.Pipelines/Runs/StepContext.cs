using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MlServerless.Data;
using MlServerless.Pipelines.Registry;

namespace MlServerless.Pipelines.Runs;

/// <summary>What a step is given: the run's record as it was when the step began, and the means to change it.</summary>
public sealed class StepContext
{
    private readonly StepRunner runner;
    private readonly string key;

    private readonly CancellationTokenSource ended;

    internal StepContext(RunRecord record, StepRunner runner, string key, CancellationTokenSource ended)
    {
        this.ended = ended;
        Record = record;
        this.runner = runner;
        this.key = key;
        CancellationToken = ended.Token;
    }

    public RunRecord Record { get; }

    public CancellationToken CancellationToken { get; }

    /// <summary>Changes the run's record.</summary>
    /// <exception cref="StaleRunException">The run has ended or a later attempt exists.</exception>
    public Task<RunRecord> UpdateAsync(Func<RunRecord, RunRecord> change) => runner.UpdateAsync(Record.Ref, change, CancellationToken);

    internal bool HasEndedRun { get; private set; }

    /// <summary>Whether the run was seen to have ended while the step was at work.</summary>
    internal bool IsUnwanted { get; private set; }

    /// <summary>Ends the run, together with a last change of its record.</summary>
    public async Task<RunRecord> EndRunAsync(RunStatus status, Func<RunRecord, RunRecord>? change = null)
    {
        RunRecord record = await UpdateAsync(record => runner.Ended(change?.Invoke(record) ?? record, status, null));
        HasEndedRun = true;
        return record;
    }

    /// <summary>Notes what the step took and gave.</summary>
    /// <param name="stageKey">What it took.</param>
    /// <param name="outputs">What it gave.</param>
    public Task TraceAsync(StageKey stageKey, IReadOnlyDictionary<string, ContentHash> outputs) => TraceAsync(stageKey, outputs, null, null, null);

    /// <summary>Gives the result that an earlier run has made from the same inputs, or makes it, and notes which of the two.</summary>
    /// <param name="stageKey">All that the result depends on.</param>
    /// <param name="type">How the result is written.</param>
    /// <param name="outputs">The content that the result stands on.</param>
    public async Task<T> MemoizeAsync<T>(StageKey stageKey, JsonTypeInfo<T> type, Func<T, IReadOnlyDictionary<string, ContentHash>> outputs, Func<Task<T>> make)
    {
        bool isOff = Record.Fresh || Record.Mode == ModelMode.Verification;
        if (!isOff && await runner.Cache.FindAsync(Record.Pipeline, stageKey, CancellationToken) is { } known)
        {
            await TraceAsync(stageKey, known.Outputs, "hit", known.RunId, null);
            return JsonSerializer.Deserialize(known.Result, type)!;
        }

        var nearest = isOff ? null : await runner.Cache.FindNearestAsync(Record.Pipeline, stageKey, CancellationToken);
        T result = await make();
        IReadOnlyDictionary<string, ContentHash> made = outputs(result);
        await TraceAsync(stageKey, made, isOff ? "off" : "miss", nearest?.Cached.RunId, isOff ? null : nearest is { } near ? near.Differing.Count > 0 ? near.Differing : ["outputs"] : []);

        // What a verification makes may differ from what it should be; and it came from here all the same.
        if (Record.Mode != ModelMode.Verification)
            await runner.Cache.PutAsync(Record.Pipeline, stageKey, new CachedStage(stageKey.Inputs, JsonSerializer.Serialize(result, type), made, Record.Id, runner.Now), CancellationToken);
        return result;
    }

    private Task TraceAsync(StageKey stageKey, IReadOnlyDictionary<string, ContentHash> outputs, string? cache, string? cacheRun, IReadOnlyList<string>? missed) =>
        UpdateAsync(record => record with
        {
            Traces =
            [
                .. record.Traces.Where(trace => trace.Stage != stageKey.Stage || trace.Part != stageKey.Part),
                new StageTrace { Stage = stageKey.Stage, Part = stageKey.Part, Inputs = stageKey.Inputs, Outputs = outputs, Cache = cache, CacheRun = cacheRun, Missed = missed },
            ],
        });

    /// <summary>The present time.</summary>
    public DateTimeOffset Now => runner.Now;

    /// <summary>Adds to the stage how many parts need no scan because a run before made it; a step that is repeated adds once.</summary>
    public Task CountReusedAsync(int parts) => UpdateAsync(record => record.Progress.GetValueOrDefault(key) >= 1 ? record : record with
    {
        Progress = new Dictionary<string, double>(record.Progress, StringComparer.Ordinal) { [key] = 1 },
        Stages = [.. record.Stages.Select(stage => stage.Name == record.Stage && parts > 0 ? stage with { Reused = (stage.Reused ?? 0) + parts } : stage)],
    });

    /// <summary>A function that shows the fraction done (0 to 1) on the record, about once a second.</summary>
    public Action<double> Progress() => runner.ProgressOf(Record.Ref, key, Stop, CancellationToken);

    private void Stop()
    {
        IsUnwanted = true;
        try
        {
            ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The step has ended meanwhile.
        }
    }
}
