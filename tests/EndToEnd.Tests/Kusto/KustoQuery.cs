using System.Globalization;
using System.Text.Json.Nodes;

namespace MlServerless.EndToEnd.Kusto;

/// <summary>
/// Runs a query in the part of the Kusto language that infra/ uses: a table, then extend, where, project, summarize, order by and take. Anything else is an error, so a
/// query that this cannot read is not taken for one that finds nothing.
/// </summary>
internal sealed class KustoQuery
{
    private readonly string source;
    private readonly IReadOnlyList<string> operators;

    private KustoQuery(string source, IReadOnlyList<string> operators)
    {
        this.source = source;
        this.operators = operators;
    }

    public static KustoQuery Parse(string text)
    {
        string[] parts = [.. string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))).Split('|').Select(part => part.Trim())];
        return new KustoQuery(parts[0], parts[1..]);
    }

    /// <param name="messages">Log lines: column Message of table AppTraces.</param>
    public IReadOnlyList<IReadOnlyDictionary<string, JsonNode?>> Run(IEnumerable<string> messages)
    {
        if (source != "AppTraces")
            throw new NotSupportedException($"Table '{source}'.");
        IReadOnlyList<IReadOnlyDictionary<string, JsonNode?>> rows = [.. messages.Select(message => Row(("Message", message), ("TimeGenerated", Time(message))))];
        foreach (string step in operators)
        {
            string[] word = step.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
            rows = word[0] switch
            {
                "where" => [.. rows.Where(row => KustoExpression.Parse(word[1]).Evaluate(row) is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.True)],
                "extend" => Extend(rows, word[1]),
                "project" => Project(rows, word[1]),
                "summarize" => KustoSummary.Of(rows, word[1]),
                "order" => Order(rows, word[1]),
                "take" => [.. rows.Take(int.Parse(word[1], CultureInfo.InvariantCulture))],
                _ => throw new NotSupportedException($"Operator '{word[0]}'."),
            };
        }

        return rows;
    }

    /// <summary>Assignments, divided at commas outside parentheses.</summary>
    internal static IReadOnlyList<(string Name, KustoExpression Value)> Assignments(string text) =>
        [.. KustoExpression.SplitAtCommas(text).Select(part =>
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            bool named = equals > 0 && part[equals + 1] != '=' && part[..equals].Trim().All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
            string value = named ? part[(equals + 1)..] : part;
            return (named ? part[..equals].Trim() : part.Trim(), KustoExpression.Parse(value));
        })];

    internal static Dictionary<string, JsonNode?> Row(params (string Name, JsonNode? Value)[] columns) =>
        columns.ToDictionary(column => column.Name, column => column.Value, StringComparer.Ordinal);

    private static List<IReadOnlyDictionary<string, JsonNode?>> Extend(IReadOnlyList<IReadOnlyDictionary<string, JsonNode?>> rows, string text)
    {
        IReadOnlyList<(string Name, KustoExpression Value)> columns = Assignments(text);
        return [.. rows.Select(row =>
        {
            var next = new Dictionary<string, JsonNode?>(row, StringComparer.Ordinal);
            foreach ((string name, KustoExpression value) in columns)
                next[name] = value.Evaluate(row);
            return next;
        })];
    }

    private static List<IReadOnlyDictionary<string, JsonNode?>> Project(IReadOnlyList<IReadOnlyDictionary<string, JsonNode?>> rows, string text)
    {
        IReadOnlyList<(string Name, KustoExpression Value)> columns = Assignments(text);
        return [.. rows.Select(row => Row([.. columns.Select(column => (column.Name, column.Value.Evaluate(row)))]))];
    }

    private static List<IReadOnlyDictionary<string, JsonNode?>> Order(IReadOnlyList<IReadOnlyDictionary<string, JsonNode?>> rows, string text)
    {
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words is not ["by", _, "asc" or "desc"])
            throw new NotSupportedException($"order {text}");
        var comparer = Comparer<JsonNode?>.Create(KustoExpression.Compare);
        return [.. words[2] == "asc" ? rows.OrderBy(row => row[words[1]], comparer) : rows.OrderByDescending(row => row[words[1]], comparer)];
    }

    private static string Time(string message)
    {
        try
        {
            return JsonNode.Parse(message) is JsonObject line && line["time"] is { } time ? time.GetValue<string>() : "";
        }
        catch (System.Text.Json.JsonException)
        {
            return "";
        }
    }
}
