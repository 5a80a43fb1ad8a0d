using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MlServerless.EndToEnd.Kusto;

/// <summary>A scalar expression of the Kusto language. Null is unknown, as there: a comparison with it is not true.</summary>
internal sealed partial class KustoExpression
{
    private static readonly string[][] Levels = [["or"], ["and"], ["==", "!=", "<=", ">=", "<", ">", "startswith", "contains", "has"], ["+", "-"], ["*", "/"]];
    private readonly Func<IReadOnlyDictionary<string, JsonNode?>, JsonNode?> evaluate;

    private KustoExpression(string function, IReadOnlyList<KustoExpression> arguments, Func<IReadOnlyDictionary<string, JsonNode?>, JsonNode?> evaluate)
    {
        Function = function;
        Arguments = arguments;
        this.evaluate = evaluate;
    }

    /// <summary>The called function; empty for all else.</summary>
    public string Function { get; }

    public IReadOnlyList<KustoExpression> Arguments { get; }

    public static KustoExpression Parse(string text)
    {
        var tokens = new Queue<string>(Token().Matches(text).Select(match => match.Value));
        if (string.Concat(tokens).Length != text.Count(c => !char.IsWhiteSpace(c)) && !text.Contains('\'', StringComparison.Ordinal))
            throw new NotSupportedException($"Expression '{text}'.");
        KustoExpression parsed = Binary(tokens, 0);
        return tokens.Count == 0 ? parsed : throw new NotSupportedException($"'{tokens.Peek()}' in '{text}'.");
    }

    public JsonNode? Evaluate(IReadOnlyDictionary<string, JsonNode?> row) => evaluate(row)?.DeepClone();

    public static IReadOnlyList<string> SplitAtCommas(string text)
    {
        var parts = new List<string>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if (text[i] == ',' && depth == 0)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        return [.. parts, text[start..]];
    }

    public static int Compare(JsonNode? a, JsonNode? b) => (a, b) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        _ when a.GetValueKind() == JsonValueKind.Number && b.GetValueKind() == JsonValueKind.Number => Number(a).CompareTo(Number(b)),
        _ => string.CompareOrdinal(a.ToString(), b.ToString()),
    };

    private static KustoExpression Binary(Queue<string> tokens, int level)
    {
        if (level == Levels.Length)
            return Unit(tokens);
        KustoExpression left = Binary(tokens, level + 1);
        while (tokens.Count > 0 && Levels[level].Contains(tokens.Peek()))
        {
            string symbol = tokens.Dequeue();
            KustoExpression first = left;
            KustoExpression second = Binary(tokens, level + 1);
            left = new KustoExpression("", [], row => Apply(symbol, first.Evaluate(row), second.Evaluate(row)));
        }

        return left;
    }

    private static KustoExpression Unit(Queue<string> tokens)
    {
        string token = tokens.Dequeue();
        if (token == "(")
        {
            KustoExpression inner = Binary(tokens, 0);
            Expect(tokens, ")");
            return inner;
        }

        if (token[0] == '\'')
            return new KustoExpression("", [], _ => token[1..^1]);
        if (char.IsAsciiDigit(token[0]))
            return Literal(token);
        if (tokens.Count > 0 && tokens.Peek() == "(")
        {
            tokens.Dequeue();
            var arguments = new List<KustoExpression>();
            while (tokens.Peek() != ")")
            {
                arguments.Add(Binary(tokens, 0));
                if (tokens.Peek() == ",")
                    tokens.Dequeue();
            }

            tokens.Dequeue();
            return new KustoExpression(token, arguments, row => Call(token, [.. arguments.Select(argument => argument.Evaluate(row))]));
        }

        var path = new List<string>();
        while (tokens.Count > 0 && tokens.Peek() == ".")
        {
            tokens.Dequeue();
            path.Add(tokens.Dequeue());
        }

        return new KustoExpression("", [], row =>
        {
            JsonNode? value = row.TryGetValue(token, out JsonNode? column) ? column : throw new NotSupportedException($"There is no column '{token}'.");
            foreach (string member in path)
                value = value is JsonObject members ? members[member] : null;
            return value;
        });
    }

    private static KustoExpression Literal(string token)
    {
        if (char.IsAsciiLetter(token[^1]))
        {
            // A time span, as bin() takes it: seconds.
            double value = double.Parse(token[..^1], CultureInfo.InvariantCulture);
            return new KustoExpression("", [], _ => token[^1] switch { 's' => value, 'm' => value * 60, 'h' => value * 3600, 'd' => value * 86_400, _ => throw new NotSupportedException(token) });
        }

        return new KustoExpression("", [], _ => double.Parse(token, CultureInfo.InvariantCulture));
    }

    private static JsonNode? Apply(string symbol, JsonNode? a, JsonNode? b) => symbol switch
    {
        "and" => a is not null && b is not null && a.GetValue<bool>() && b.GetValue<bool>(),
        "or" => (a is not null && a.GetValue<bool>()) || (b is not null && b.GetValue<bool>()),
        _ when a is null || b is null => null,
        "==" => Compare(a, b) == 0,
        "!=" => Compare(a, b) != 0,
        "<" => Compare(a, b) < 0,
        "<=" => Compare(a, b) <= 0,
        ">" => Compare(a, b) > 0,
        ">=" => Compare(a, b) >= 0,
        "startswith" => a.ToString().StartsWith(b.ToString(), StringComparison.OrdinalIgnoreCase),
        "contains" or "has" => a.ToString().Contains(b.ToString(), StringComparison.OrdinalIgnoreCase),
        "+" => Number(a) + Number(b),
        "-" => Number(a) - Number(b),
        "*" => Number(a) * Number(b),
        _ => Number(b) == 0 ? null : Number(a) / Number(b),
    };

    private static JsonNode? Call(string function, JsonNode?[] arguments) => (function, arguments) switch
    {
        ("parse_json", [var text]) => Json(text?.ToString()),
        ("tostring", [var value]) => value?.ToString() ?? "",
        ("tolong" or "toint" or "todouble" or "toreal", [var value]) => double.TryParse(value?.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null,
        ("round", [{ } value, { } digits]) => Math.Round(Number(value), (int)Number(digits)),
        ("iff", [var condition, var then, var otherwise]) => (condition is not null && condition.GetValue<bool>() ? then : otherwise)?.DeepClone(),
        ("isnotempty", [var value]) => !string.IsNullOrEmpty(value?.ToString()),
        ("bin", [{ } time, { } seconds]) when DateTimeOffset.TryParse(time.ToString(), CultureInfo.InvariantCulture, out DateTimeOffset at) =>
            DateTimeOffset.FromUnixTimeSeconds((long)(Math.Floor(at.ToUnixTimeSeconds() / Number(seconds)) * Number(seconds))).ToString("o", CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"{function} of {arguments.Length} argument(s)."),
    };

    private static JsonNode? Json(string? text)
    {
        try
        {
            return text is null ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static double Number(JsonNode value) => double.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static void Expect(Queue<string> tokens, string token)
    {
        if (tokens.Count == 0 || tokens.Dequeue() != token)
            throw new NotSupportedException($"'{token}' is missing.");
    }

    [GeneratedRegex(@"'[^']*'|\d+(\.\d+)?[smhd]?|[A-Za-z_]\w*|==|!=|<=|>=|[()<>.,+\-*/]")]
    private static partial Regex Token();
}
