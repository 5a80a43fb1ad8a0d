using System.Globalization;
using System.Text.Json;
using MlServerless.Demo.Api;
using MlServerless.Demo.Output;
using MlServerless.Samples;
using Spectre.Console;

namespace MlServerless.Demo;

/// <summary>Asks for predictions as an application would and shows them beside what happened.</summary>
internal sealed class PredictionStep(ApiClient api, IAnsiConsole console, SampleDataSet data)
{
    private const int Rows = 8;

    /// <summary>Columns shown of each row; the rest would not fit.</summary>
    private const int ColumnsShown = 5;

    public async Task ShowSomeAsync(CancellationToken cancellationToken)
    {
        SampleFile file = data.Month(1);
        byte[] request = file.ToPredictionRequest(0, Rows);
        PredictionAnswer answer = await api.PredictAsync(data.Name, request, cancellationToken);
        if (answer.Predictions.Count != Rows)
            throw new DemoException($"{Rows} rows were sent to {data.Name} and {answer.Predictions.Count} predictions came back.");

        using JsonDocument rows = JsonDocument.Parse(request);
        List<string> columns = data.Columns.Take(ColumnsShown).ToList();
        Table table = Show.Table([.. columns, "…", "predicted", $"{data.Label} was"]);
        for (int row = 0; row < Rows; row++)
        {
            JsonElement fields = rows.RootElement[row];
            table.AddCells([.. columns.Select(c => fields.GetProperty(c).ToString()), "…", Format(answer.Predictions[row]), file.LabelOf(row)]);
        }
        console.WriteLine();
        console.WriteLine($"  {answer.Model} version {answer.Version}, model {Show.ShortHash(answer.ModelHash)}");
        console.Write(table);
    }

    private static string Format(Prediction prediction) =>
        prediction.Value is { } value
            ? value.ToString("0", CultureInfo.InvariantCulture)
            : $"{prediction.Label} ({prediction.Probability?.ToString("0.0000", CultureInfo.InvariantCulture)})";
}
