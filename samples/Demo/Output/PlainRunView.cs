using MlServerless.Demo.Api;
using Spectre.Console;

namespace MlServerless.Demo.Output;

/// <summary>One line for each stage that has ended, for output that goes into a file.</summary>
internal sealed class PlainRunView(IAnsiConsole console) : IRunView
{
    private readonly HashSet<(string Upload, string Stage, DateTimeOffset Started)> shown = [];
    private readonly HashSet<string> ended = [];

    public void Update(IReadOnlyList<(string Upload, Run? Run)> runs)
    {
        foreach ((string upload, Run? run) in runs)
        {
            foreach (RunStage stage in run?.Stages ?? [])
            {
                if (stage.EndedAt is { } end && shown.Add((upload, stage.Name, stage.StartedAt)))
                    console.WriteLine($"  {upload}  {stage.Name,-10} {Show.Seconds(end - stage.StartedAt)}");
            }
            if (run is { HasEnded: true } && ended.Add(upload))
                console.WriteLine($"  {upload}  {run.Status}");
        }
    }
}
