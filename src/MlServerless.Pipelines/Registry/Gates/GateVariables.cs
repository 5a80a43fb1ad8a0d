using System.Globalization;
using System.Text;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Learning.Evaluations;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Registry;

/// <summary>The names by which rules of gates speak of figures and predictions.</summary>
internal static class GateVariables
{
    /// <summary>The share of rows predicted positive.</summary>
    public const string SelectionRate = "selectionRate";

    public const string Prediction = "prediction";
    public const string Probability = "probability";
    private const string Champion = "champion.";
    private const string Gain = "gain.";

    /// <summary>Every figure that a rule may name: metrics, their intervals, the champion's, gains, rows and budgets.</summary>
    public static DataSchema Schema(PipelineSpec spec)
    {
        IEnumerable<string> names = Evaluation.HoldOutMetricNames(spec.Task)
            .SelectMany(metric => (string[])[metric, metric + ".low", metric + ".high", Champion + metric])
            .Concat(Evaluation.MetricNames(spec.Task).Select(metric => Gain + metric))
            .Concat(["rows", "modelBytes", "latencyMicroseconds"]);
        return new DataSchema { Columns = [.. names.Select(name => new ColumnSchema { Name = name, Type = ColumnType.Number })] };
    }

    /// <summary>The columns of the data and what is predicted.</summary>
    public static DataSchema RowSchema(PipelineSpec spec, DataSchema data)
    {
        ColumnType type = spec.Task == LearningTask.Regression ? ColumnType.Number : ColumnType.Category;
        List<ColumnSchema> columns = [.. data.Columns.Where(column => column.Type != ColumnType.Ignored && column.Name is not (Prediction or Probability)), new ColumnSchema { Name = Prediction, Type = type }];
        if (spec.IsClassification)
            columns.Add(new ColumnSchema { Name = Probability, Type = ColumnType.Number });
        return new DataSchema { Columns = columns };
    }

    /// <summary>The figures that there are.</summary>
    public static SortedDictionary<string, double> Values(GateCandidate candidate, ChampionComparison? champion)
    {
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal) { ["rows"] = candidate.Evaluation.Rows - candidate.Evaluation.Unlabelled, ["modelBytes"] = candidate.ModelBytes };
        if (candidate.LatencyMicroseconds is { } latency)
            values["latencyMicroseconds"] = latency;
        foreach ((string metric, MetricEstimate estimate) in candidate.Evaluation.Metrics)
        {
            values[metric] = estimate.Value;
            if (estimate is { Low: { } low, High: { } high })
                (values[metric + ".low"], values[metric + ".high"]) = (low, high);
        }

        foreach ((string metric, double value) in champion?.Metrics ?? new Dictionary<string, double>())
            values[Champion + metric] = value;
        foreach ((string metric, PairedComparison compared) in champion?.Paired ?? new Dictionary<string, PairedComparison>())
            values[Gain + metric] = compared.Gain;
        return values;
    }

    public static bool IsOfChampion(string name) => name.StartsWith(Champion, StringComparison.Ordinal) || name.StartsWith(Gain, StringComparison.Ordinal);

    /// <summary>Whether figures keep a rule; null where one that it depends on is missing.</summary>
    public static bool? Holds(RowRule rule, IReadOnlyDictionary<string, double> values)
    {
        string header = string.Join(',', rule.Columns) + "\n";
        string row = string.Join(',', rule.Columns.Select(name => values.TryGetValue(name, out double value) ? value.ToString("R", CultureInfo.InvariantCulture) : "")) + "\n";

        // A single empty field would be a blank line, which is no row.
        byte[] csv = Encoding.UTF8.GetBytes(rule.Columns.Count == 1 && row == "\n" ? header + "\"\"\n" : header + row);
        RuleCount count = RuleCount.Of([rule], new MemoryStream(csv), rule.Columns, Encoding.UTF8.GetByteCount(header), CancellationToken.None)[0];
        return count.Failed > 0 ? false : count.Unknown > 0 || count.Rows == 0 ? null : true;
    }
}
