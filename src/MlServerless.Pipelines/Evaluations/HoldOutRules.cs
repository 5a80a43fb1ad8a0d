using System.Text;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Evaluations;

/// <summary>Counts how many rows of a hold-out break the spec's rules on rows and predictions. Rows go through the reader of CSV files, block by block.</summary>
internal static class HoldOutRules
{
    private const int BlockRows = 20_000;

    /// <returns>What each rule came to, and why others could not be read.</returns>
    public static (IReadOnlyList<RuleCount> Counts, IReadOnlyDictionary<string, string> Problems) Count(
        PipelineSpec spec, ModelArtifact artifact, Table table, double[] scores, CancellationToken cancellationToken)
    {
        DataSchema schema = GateVariables.RowSchema(spec, new DataSchema { Columns = [.. table.Columns.Select(column => new ColumnSchema { Name = column.Name, Type = column.Type })] });
        var problems = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var rules = new List<RowRule>();
        foreach (GateRuleSpec rule in spec.Gates.RowRules)
        {
            try
            {
                RowRule parsed = RowRule.Parse(rule.Name, rule.Expression, schema);
                if (parsed.Columns.FirstOrDefault(name => schema.Find(name) is null) is { } lacking)
                    problems[rule.Name] = $"the data has no column '{lacking}'";
                else
                    rules.Add(parsed);
            }
            catch (RuleSyntaxException exception)
            {
                // The types of these data do not go with it, those that were inferred included.
                problems[rule.Name] = exception.Message;
            }
        }

        string[] columns = [.. rules.SelectMany(rule => rule.Columns).Distinct(StringComparer.Ordinal)];
        string header = string.Join(',', columns.Select(Quote)) + "\n";
        RuleCount[] counts = [.. rules.Select(rule => new RuleCount(rule.Name, 0, 0, 0, []))];
        var writer = new RowWriter(spec.Task, artifact.ClassLabels, table, scores);
        for (int start = 0; start < table.RowCount && rules.Count > 0; start += BlockRows)
        {
            int end = Math.Min(table.RowCount, start + BlockRows);
            var csv = new StringBuilder(header);
            for (int row = start; row < end; row++)
                csv.AppendJoin(',', columns.Select(name => Quote(writer.Text(name, row)))).Append('\n');
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(csv.ToString()));
            IReadOnlyList<RuleCount> block = RuleCount.Of(rules, stream, columns, Encoding.UTF8.GetByteCount(header), cancellationToken);
            for (int i = 0; i < counts.Length; i++)
            {
                counts[i] = counts[i] with
                {
                    Rows = counts[i].Rows + block[i].Rows,
                    Failed = counts[i].Failed + block[i].Failed,
                    Unknown = counts[i].Unknown + block[i].Unknown,
                    Examples = [.. counts[i].Examples, .. block[i].Examples.Take(5 - counts[i].Examples.Count).Select(position => table.RowNumbers[start + position - 1])],
                };
            }
        }

        return (counts, problems);
    }

    private static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private sealed class RowWriter(LearningTask task, IReadOnlyList<string> labels, Table table, double[] scores)
    {
        private readonly int outputs = task == LearningTask.Multiclass ? labels.Count : 1;

        public string Text(string name, int row) => name switch
        {
            GateVariables.Prediction when task == LearningTask.Regression => CellText.Of(scores[row]),
            GateVariables.Prediction => labels[Best(row)],
            GateVariables.Probability when task == LearningTask.Binary => CellText.Of(scores[row]),
            GateVariables.Probability => CellText.Of(scores[(row * outputs) + Best(row)]),
            _ => CellText.Of(table[name], row),
        };

        private int Best(int row)
        {
            if (task == LearningTask.Binary)
                return scores[row] >= 0.5 ? 1 : 0;
            ReadOnlySpan<double> own = scores.AsSpan(row * outputs, outputs);
            int best = 0;
            for (int k = 1; k < own.Length; k++)
                best = own[k] > own[best] ? k : best;
            return best;
        }
    }
}
