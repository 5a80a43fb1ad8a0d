using MlServerless.Demo.Api;
using MlServerless.Demo.Output;
using Spectre.Console;

namespace MlServerless.Demo;

/// <summary>Waits for the runs that uploads start, and shows how they come along.</summary>
internal sealed class RunWatcher(ApiClient api, IAnsiConsole console, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Watches until every upload's run has ended as completed.</summary>
    /// <exception cref="DemoException">A run ended otherwise, or did not end in time.</exception>
    public async Task<IReadOnlyList<Run>> WatchAsync(IReadOnlyList<Upload> uploads, CancellationToken cancellationToken)
    {
        IReadOnlyList<Run> runs = [];
        if (console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal)
        {
            await console.Live(new Text("")).StartAsync(async display =>
                runs = await WatchAsync(uploads, new LiveRunView(display, time), cancellationToken));
        }
        else
        {
            runs = await WatchAsync(uploads, new PlainRunView(console), cancellationToken);
        }
        foreach (Run run in runs)
        {
            if (run.Status != "completed")
                throw new DemoException(Explain(run));
        }
        return runs;
    }

    private async Task<IReadOnlyList<Run>> WatchAsync(IReadOnlyList<Upload> uploads, IRunView view, CancellationToken cancellationToken)
    {
        var runs = new Run?[uploads.Count];
        DateTimeOffset until = time.GetUtcNow() + Limit;
        while (true)
        {
            for (int i = 0; i < runs.Length; i++)
                runs[i] = await LookAsync(uploads[i], runs[i], cancellationToken);
            view.Update(uploads.Select((u, i) => (u.Blob, runs[i])).ToList());
            if (runs.All(r => r is { HasEnded: true }))
                return runs!;
            if (time.GetUtcNow() > until)
            {
                string open = string.Join(", ", uploads.Where((_, i) => runs[i] is not { HasEnded: true }).Select((u, i) => $"{u.Blob} ({runs[i]?.Status ?? "no run"})"));
                throw new DemoException($"Not ended within {Limit.TotalMinutes:0} minutes: {open}.");
            }
            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    private async Task<Run?> LookAsync(Upload upload, Run? known, CancellationToken cancellationToken)
    {
        if (known is { HasEnded: true })
            return known;
        if (known is not null)
            return await api.GetRunAsync(known.Id, cancellationToken);
        RunList list = await api.GetRunsAsync(upload.Pipeline, cancellationToken);
        Run? started = list.Runs.FirstOrDefault(r => r.Source?.Blob == upload.Blob && r.Source.ETag == upload.ETag);
        return started is null ? null : await api.GetRunAsync(started.Id, cancellationToken);
    }

    private static string Explain(Run run)
    {
        var lines = new List<string> { $"The run {run.Id} of {run.Pipeline} ended as {run.Status}." };
        if (run.Error is { } error)
            lines.Add($"{error.Stage}: {error.Message}");
        lines.AddRange((run.Report?.Findings ?? []).Select(f => $"{f.Severity} {f.Code} {f.Column}: {f.Message}"));
        return string.Join('\n', lines);
    }
}
