using MlServerless.Demo.Api;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MlServerless.Demo.Output;

/// <summary>One block that is drawn anew with every look at the runs, for a terminal.</summary>
internal sealed class LiveRunView(LiveDisplayContext display, TimeProvider time) : IRunView
{
    public void Update(IReadOnlyList<(string Upload, Run? Run)> runs) => display.UpdateTarget(Draw(runs));

    private Table Draw(IReadOnlyList<(string Upload, Run? Run)> runs)
    {
        Table table = Show.Table("upload", "run", "stages");
        foreach ((string upload, Run? run) in runs)
        {
            table.AddRow(
                new Text(upload),
                new Markup(run is null ? "[grey]waiting[/]" : $"[{Colour(run)}]{run.Status.EscapeMarkup()}[/]"),
                Stages(run));
        }
        return table;
    }

    private Rows Stages(Run? run)
    {
        var lines = new List<IRenderable>();
        foreach (RunStage stage in run?.Stages ?? [])
        {
            string name = stage.Name.EscapeMarkup();
            lines.Add(stage.EndedAt is { } end
                ? new Markup($"[green]✓[/] {name} [grey]{Show.Seconds(end - stage.StartedAt)}[/]")
                : new Markup($"[yellow]…[/] {name} [grey]{Show.Seconds(time.GetUtcNow() - stage.StartedAt)}[/]"));
        }
        if (run is { HasEnded: false })
            lines.AddRange((run.Progress ?? new Dictionary<string, double>()).Where(p => p.Value < 1).Select(p => new Markup($"    [grey]{p.Key.EscapeMarkup()} {p.Value * 100:0} %[/]")));
        return new Rows(lines);
    }

    private static string Colour(Run run) => run.Status switch
    {
        "completed" => "green",
        "claimed" or "running" => "yellow",
        _ => "red",
    };
}
