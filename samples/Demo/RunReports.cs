using MlServerless.Demo.Api;
using MlServerless.Demo.Output;
using Spectre.Console;

namespace MlServerless.Demo;

/// <summary>Prints what runs have found.</summary>
internal static class RunReports
{
    public static void Show(IAnsiConsole console, IEnumerable<Run> runs)
    {
        foreach (Run run in runs)
        {
            console.WriteLine();
            console.WriteLine($"  {run.Pipeline}: {Output.Show.Count(run.Report?.Rows ?? 0)} rows, {run.Report?.RejectedRows ?? 0} rejected, {run.Report?.Findings?.Count ?? 0} findings; data version {Output.Show.ShortHash(run.DataVersion ?? "")}");
            foreach (RunFinding finding in run.Report?.Findings ?? [])
                console.WriteLine($"    {finding.Severity} {finding.Code} {finding.Column}: {finding.Message}");

            Table table = Output.Show.Table("model", "measured on", "metrics");
            foreach (RunCandidate candidate in run.Candidates ?? [])
                table.AddCells(candidate.Name, "validation", Output.Show.Metrics(candidate.Metrics));
            if (run.HoldOut is { } holdOut)
            {
                table.AddCells($"{run.Chosen} (chosen)", "hold-out", Output.Show.Metrics(holdOut.Metrics));
                if (holdOut.ChampionMetrics is { } champion)
                    table.AddCells("champion before", "hold-out", Output.Show.Metrics(champion));
            }
            console.Write(table);
            if (run is { Model: { } model, Promotion: { } promotion })
            {
                console.WriteLine($"  {model.Name} version {model.Version} {(promotion.Promoted ? "promoted" : "registered, not promoted")}:");
                foreach (string reason in promotion.Reasons)
                    console.WriteLine($"    {reason}");
            }
        }
        console.WriteLine();
    }
}
