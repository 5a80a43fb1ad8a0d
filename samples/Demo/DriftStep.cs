using System.Globalization;
using MlServerless.Demo.Api;
using MlServerless.Demo.Output;
using MlServerless.Samples;
using Spectre.Console;

namespace MlServerless.Demo;

/// <summary>Sends the rows of a later month for prediction and asks whether they still look like the training data.</summary>
internal sealed class DriftStep(ApiClient api, IAnsiConsole console, TimeProvider time, SampleDataSet data)
{
    private const int Rows = 6_000;
    private const int BatchRows = 500;

    /// <summary>Each process adds its predictions to the stored sketches every few seconds.</summary>
    private static readonly TimeSpan SketchLimit = TimeSpan.FromSeconds(30);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        long warnings = 0;
        for (int first = 0; first < Rows; first += BatchRows)
        {
            PredictionAnswer answer = await api.PredictAsync(data.Name, data.Drifted.ToPredictionRequest(first, BatchRows), cancellationToken);
            warnings += answer.Warnings?.Count ?? 0;
        }
        DriftReport report = await ReportAsync(cancellationToken);

        console.WriteLine();
        console.WriteLine($"  {report.Model} version {report.Version}: {report.Verdict}. {Show.Count(report.CurrentRows)} predictions against {Show.Count(report.ReferenceRows)} training rows; {Show.Count(warnings)} warnings in the answers");
        Table table = Show.Table("feature", "PSI", "verdict", "reason");
        foreach (DriftFeature feature in report.Features.OrderByDescending(f => f.Drifted).ThenByDescending(f => f.Psi ?? 0))
            AddRow(table, feature.Name, feature);
        if (report.Predictions is { } predictions)
            AddRow(table, "(predictions)", predictions);
        console.Write(table);
        if (report.Verdict != "drift")
            throw new DemoException($"The later month of {data.Name} is drawn from another distribution, but the verdict is '{report.Verdict}'.");
    }

    private static void AddRow(Table table, string name, DriftFeature feature) =>
        table.AddCells(name, feature.Psi?.ToString("0.000", CultureInfo.InvariantCulture) ?? "", feature.Drifted ? "drifted" : "ok", feature.Reason ?? "");

    private async Task<DriftReport> ReportAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset until = time.GetUtcNow() + SketchLimit;
        while (true)
        {
            DriftReport report = await api.RunDriftReportAsync(data.Name, cancellationToken);
            if (report.Verdict != "insufficient data")
                return report;
            if (time.GetUtcNow() > until)
                throw new DemoException($"{Rows} rows were sent to {data.Name} for prediction, but the drift report has seen {report.CurrentRows} after {SketchLimit.TotalSeconds:0} s.");
            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        }
    }
}
