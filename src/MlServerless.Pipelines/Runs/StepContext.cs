namespace MlServerless.Pipelines.Runs;

/// <summary>What a step is given: the run's record as it was when the step began, and the means to change it.</summary>
public sealed class StepContext
{
    private readonly StepRunner runner;
    private readonly string key;

    internal StepContext(RunRecord record, StepRunner runner, string key, CancellationToken cancellationToken)
    {
        Record = record;
        this.runner = runner;
        this.key = key;
        CancellationToken = cancellationToken;
    }

    public RunRecord Record { get; }

    public CancellationToken CancellationToken { get; }

    /// <summary>Changes the run's record.</summary>
    /// <exception cref="StaleRunException">The run has ended or a later attempt exists.</exception>
    public Task<RunRecord> UpdateAsync(Func<RunRecord, RunRecord> change) => runner.UpdateAsync(Record.Ref, change, CancellationToken);

    internal bool HasEndedRun { get; private set; }

    /// <summary>Ends the run, together with a last change of its record.</summary>
    public async Task<RunRecord> EndRunAsync(RunStatus status, Func<RunRecord, RunRecord>? change = null)
    {
        RunRecord record = await UpdateAsync(record => runner.Ended(change?.Invoke(record) ?? record, status, null));
        HasEndedRun = true;
        return record;
    }

    /// <summary>Adds to the stage how many parts need no scan because a run before made it; a step that is repeated adds once.</summary>
    public Task CountReusedAsync(int parts) => UpdateAsync(record => record.Progress.GetValueOrDefault(key) >= 1 ? record : record with
    {
        Progress = new Dictionary<string, double>(record.Progress, StringComparer.Ordinal) { [key] = 1 },
        Stages = [.. record.Stages.Select(stage => stage.Name == record.Stage && parts > 0 ? stage with { Reused = (stage.Reused ?? 0) + parts } : stage)],
    });

    /// <summary>A function that shows the fraction done (0 to 1) on the record, about once a second.</summary>
    public Action<double> Progress() => runner.ProgressOf(Record.Ref, key, CancellationToken);
}
