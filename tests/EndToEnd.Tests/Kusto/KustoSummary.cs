using System.Text.Json.Nodes;

namespace MlServerless.EndToEnd.Kusto;

/// <summary>The operator summarize: aggregates, by groups where there are any. Without groups there is one row, also over nothing.</summary>
internal static class KustoSummary
{
    private static readonly string[] Aggregates = ["count", "countif", "sum", "max", "min", "avg", "dcount"];

    public static IReadOnlyList<IReadOnlyDictionary<string, JsonNode?>> Of(IReadOnlyList<IReadOnlyDictionary<string, JsonNode?>> rows, string text)
    {
        int by = text.LastIndexOf(" by ", StringComparison.Ordinal);
        IReadOnlyList<(string Name, KustoExpression Value)> aggregates = KustoQuery.Assignments(by < 0 ? text : text[..by]);
        IReadOnlyList<(string Name, KustoExpression Value)> keys = by < 0 ? [] : KustoQuery.Assignments(text[(by + 4)..]);
        IEnumerable<(JsonNode?[] Key, IReadOnlyList<IReadOnlyDictionary<string, JsonNode?>> Rows)> groups = keys.Count == 0
            ? [([], rows)]
            : rows.GroupBy(row => string.Join('\u0001', keys.Select(key => key.Value.Evaluate(row)?.ToJsonString())), StringComparer.Ordinal)
                .Select(group => (keys.Select(key => key.Value.Evaluate(group.First())).ToArray(), (IReadOnlyList<IReadOnlyDictionary<string, JsonNode?>>)[.. group]));
        return [.. groups.Select(group => KustoQuery.Row(
        [
            .. keys.Select((key, i) => (key.Name, group.Key[i]?.DeepClone())),
            .. aggregates.Select(aggregate => (aggregate.Name, Aggregate(aggregate.Value, group.Rows))),
        ]))];
    }

    private static JsonNode? Aggregate(KustoExpression call, IReadOnlyList<IReadOnlyDictionary<string, JsonNode?>> rows)
    {
        if (!Aggregates.Contains(call.Function))
            throw new NotSupportedException($"Aggregate '{call.Function}'.");
        JsonNode?[] values = call.Arguments.Count == 0 ? [] : [.. rows.Select(row => call.Arguments[0].Evaluate(row)).Where(value => value is not null)];
        double[] Numbers() => [.. values.Select(value => value!.GetValue<double>())];
        return call.Function switch
        {
            "count" => (double)rows.Count,
            "countif" => (double)values.Count(value => value!.GetValueKind() == System.Text.Json.JsonValueKind.True),
            "sum" => Numbers().Sum(),
            "max" => values.Length == 0 ? null : Numbers().Max(),
            "min" => values.Length == 0 ? null : Numbers().Min(),
            "avg" => values.Length == 0 ? null : Numbers().Average(),
            _ => (double)values.Select(value => value!.ToJsonString()).Distinct(StringComparer.Ordinal).Count(),
        };
    }
}
