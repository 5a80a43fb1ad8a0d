using System.Collections.Concurrent;
using System.Globalization;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Runs;

/// <summary>
/// Runs one step of a run: shows it on the run's record, notices when an earlier execution of it died with its process, and gives the run up
/// when that keeps happening. A step may run twice, also at the same time: it finds or repeats the same result.
/// </summary>
public sealed class StepRunner(RunLog runs, TimeProvider time, PipelineOptions options)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, bool> executions = new();

    internal StageCache Cache { get; } = new(runs.Storage);

    internal DateTimeOffset Now => time.GetUtcNow();

    internal Task<RunRecord?> FindAsync(string pipeline, string runId, CancellationToken cancellationToken) => runs.FindAsync(pipeline, runId, cancellationToken);

    /// <param name="stage">The stage shown on the record.</param>
    /// <param name="part">What tells apart steps of one stage, e.g. the candidate's name; null where there is one.</param>
    /// <exception cref="StaleRunException">The run has ended (also: just now, as superseded or lost), or a later attempt is under way.</exception>
    /// <exception cref="StepBackOffException">The step killed the process before and is not tried again yet.</exception>
    public async Task<T> RunAsync<T>(RunRef run, string stage, string? part, Func<StepContext, Task<T>> body, CancellationToken cancellationToken)
    {
        string key = part is null ? stage : $"{stage}/{part}";
        string execution = Guid.NewGuid().ToString("N");
        executions[execution] = true;
        try
        {
            RunRecord record = await BeginAsync(run, stage, key, execution, cancellationToken);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var context = new StepContext(record, this, key, ended);
            var usage = StepUsage.Begin();
            T result;
            try
            {
                result = await body(context);
            }
            catch (OperationCanceledException) when (context.IsUnwanted && !cancellationToken.IsCancellationRequested)
            {
                throw new StaleRunException(run, "it was ended, or a later attempt began, while the step was at work");
            }

            if (!context.HasEndedRun)
                await EndAsync(run, stage, key, usage, cancellationToken);
            return result;
        }
        catch (UploadChangedException changed)
        {
            await runs.UpdateAsync(run, record => Ended(record, RunStatus.Superseded, new RunError(nameof(RunStatus.Superseded), changed.Message, stage)), cancellationToken);
            throw new StaleRunException(run, changed.Message);
        }
        catch (Exception exception) when (exception is not (StaleRunException or StepBackOffException))
        {
            await ForgetAsync(run, key);
            throw;
        }
        finally
        {
            executions.TryRemove(execution, out _);
        }
    }

    /// <summary>Marks a run as ended.</summary>
    public RunRecord Ended(RunRecord record, RunStatus status, RunError? error = null) => record with
    {
        Status = status,
        EndedAt = time.GetUtcNow(),
        Error = error,
        OpenSteps = [],
        Progress = new Dictionary<string, double>(StringComparer.Ordinal),
        Stages = [.. record.Stages.Select(stage => stage.EndedAt is null ? stage with { EndedAt = time.GetUtcNow() } : stage)],
    };

    internal Task<RunRecord> UpdateAsync(RunRef run, Func<RunRecord, RunRecord> change, CancellationToken cancellationToken) =>
        runs.UpdateAsync(run, change, cancellationToken);

    /// <summary>A function that puts a step's progress on the record, about once a second; it never fails or waits.</summary>
    /// <param name="unwanted">Called when the run has ended or a later attempt is under way: the step may stop.</param>
    internal Action<double> ProgressOf(RunRef run, string key, Action unwanted, CancellationToken cancellationToken)
    {
        long last = time.GetTimestamp();
        int writing = 0;
        return fraction =>
        {
            if (time.GetElapsedTime(Interlocked.Read(ref last)) < ProgressInterval || Interlocked.Exchange(ref writing, 1) == 1)
                return;
            Interlocked.Exchange(ref last, time.GetTimestamp());
            _ = Task.Run(async () =>
            {
                try
                {
                    await runs.UpdateAsync(run, record => record with { Progress = With(record.Progress, key, Math.Round(fraction, 3)) }, cancellationToken);
                }
                catch (StaleRunException)
                {
                    unwanted();
                }
                catch (Exception)
                {
                    // Progress is a courtesy; what is wrong with storage or the run is found by the step itself.
                }
                finally
                {
                    Interlocked.Exchange(ref writing, 0);
                }
            }, CancellationToken.None);
        };
    }

    private async Task<RunRecord> BeginAsync(RunRef run, string stage, string key, string execution, CancellationToken cancellationToken)
    {
        RunRecord begun = await runs.UpdateAsync(
            run,
            record =>
            {
                OpenStep? found = record.OpenSteps.FirstOrDefault(step => step.Key == key);
                OpenStep next = Next(found, key, execution);
                return next.Deaths >= options.MaxAttempts
                    ? Ended(record, RunStatus.Lost, new RunError("ProcessDied", Reason(next), stage))
                    : record with
                    {
                        Status = RunStatus.Running,
                        Stage = stage,
                        OpenSteps = [.. record.OpenSteps.Where(step => step.Key != key), next],
                        Stages = record.Stages.Any(shown => shown.Name == stage)
                            ? record.Stages
                            : [.. record.Stages, new StageRecord { Name = stage, StartedAt = time.GetUtcNow() }],
                    };
            },
            cancellationToken);
        if (begun.HasEnded)
            throw new StaleRunException(run, begun.Error!.Message);
        OpenStep mine = begun.OpenSteps.First(step => step.Key == key);
        return mine.NotBefore is { } notBefore && mine.Execution != execution
            ? throw new StepBackOffException(key, mine.Deaths, notBefore)
            : begun;
    }

    /// <summary>What the open step becomes when it begins now: dead executions are counted, and before the last try a pause is put.</summary>
    private OpenStep Next(OpenStep? found, string key, string execution)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (found is null || executions.ContainsKey(found.Execution))
            return new OpenStep(key, now, execution, found?.Deaths ?? 0, null);
        if (found.NotBefore is { } notBefore)
            return now < notBefore ? found : new OpenStep(key, now, execution, found.Deaths, null);
        int deaths = found.Deaths + 1;
        return deaths == options.MaxAttempts - 1 && options.DeathBackOff > TimeSpan.Zero
            ? found with { Deaths = deaths, NotBefore = now + options.DeathBackOff }
            : new OpenStep(key, now, execution, deaths, null);
    }

    private static string Reason(OpenStep step) => string.Create(
        CultureInfo.InvariantCulture,
        $"The process died {step.Deaths} times in step '{step.Key}', out of memory or by a crash, so the run was given up. See the log around {step.BegunAt:yyyy-MM-ddTHH:mm:ssZ}; a smaller file or fewer columns may help.");

    private Task<RunRecord> EndAsync(RunRef run, string stage, string key, StepUsage usage, CancellationToken cancellationToken)
    {
        double cpu = usage.CpuSeconds;
        long peak = usage.PeakBytes;
        return runs.UpdateAsync(
            run,
            record =>
            {
                OpenStep[] open = [.. record.OpenSteps.Where(step => step.Key != key)];
                bool stageOpen = open.Any(step => step.Key == stage || step.Key.StartsWith(stage + "/", StringComparison.Ordinal));
                return record with
                {
                    OpenSteps = open,
                    Progress = With(record.Progress, key, 1),
                    Stages =
                    [
                        .. record.Stages.Select(shown => shown.Name != stage ? shown : shown with
                        {
                            EndedAt = stageOpen ? shown.EndedAt : time.GetUtcNow(),
                            CpuSeconds = Math.Round((shown.CpuSeconds ?? 0) + cpu, 3),
                            PeakBytes = Math.Max(shown.PeakBytes ?? 0, peak),
                        }),
                    ],
                };
            },
            cancellationToken);
    }

    private async Task ForgetAsync(RunRef run, string key)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await runs.UpdateAsync(run, record => record with { OpenSteps = [.. record.OpenSteps.Where(step => step.Key != key)] }, limit.Token);
        }
        catch (Exception)
        {
            // The step's own failure is what must be told. What stays open is counted as a death at worst.
        }
    }

    private static Dictionary<string, double> With(IReadOnlyDictionary<string, double> progress, string key, double value) =>
        new(progress, StringComparer.Ordinal) { [key] = value };
}
