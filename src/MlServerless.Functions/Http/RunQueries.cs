using System.Globalization;
using System.Text.RegularExpressions;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Functions.Http;

/// <summary>Reads the query of a search for runs.</summary>
internal static partial class RunQueries
{
    private static readonly string[] Plain = ["pipeline", "status", "mode", "since", "limit", "after", "code", "clientId"];

    /// <exception cref="ProblemException">400: something in the query is not known.</exception>
    public static RunQuery Read(HttpRequest request)
    {
        var metrics = new List<MetricCondition>();
        foreach ((string key, var values) in request.Query)
        {
            if (Plain.Contains(key, StringComparer.Ordinal))
                continue;
            foreach (string? value in values)
                metrics.Add(Condition(key == "metric" ? value ?? "" : string.IsNullOrEmpty(value) ? key : $"{key}={value}"));
        }

        return new RunQuery
        {
            Pipeline = Requests.Query(request, "pipeline") is { } pipeline ? PipelineName.Require(pipeline) : null,
            Statuses = Requests.Query(request, "status") is { } statuses ? [.. statuses.Split(',').Select(Status)] : [],
            Modes = Requests.Query(request, "mode") is { } modes ? [.. modes.Split(',').Select(Mode)] : [],
            Since = Requests.Time(request, "since"),
            Metrics = metrics,
        };
    }

    /// <summary><c>auc&gt;0.8</c> and <c>auc&lt;0.8</c>, each also with <c>=</c>.</summary>
    private static MetricCondition Condition(string text)
    {
        Match match = ConditionPattern().Match(text);
        if (match.Success && double.TryParse(match.Groups["value"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            return new MetricCondition(match.Groups["metric"].Value, match.Groups["sign"].Value, value);
        throw ProblemException.BadRequest(
            $"'{text}' is no condition of this search.",
            "Known: pipeline, status, mode, since, limit, after, and metrics of the hold-out as auc>0.8, auc>=0.8, rmse<12 or metric=auc>0.8.");
    }

    private static RunStatus Status(string text)
    {
        string plain = text.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace("+", "", StringComparison.Ordinal);
        return Enum.TryParse(plain, ignoreCase: true, out RunStatus status) && Enum.IsDefined(status) && !char.IsAsciiDigit(plain[0])
            ? status
            : throw ProblemException.BadRequest($"'{text}' is no status of a run.", $"A status is one of {string.Join(", ", Enum.GetValues<RunStatus>().Select(Views.Status))}; join several with commas.");
    }

    private static ModelMode Mode(string text) => Enum.TryParse(text, ignoreCase: true, out ModelMode mode) && Enum.IsDefined(mode) && !char.IsAsciiDigit(text[0])
        ? mode
        : throw ProblemException.BadRequest($"'{text}' is no mode of a run.", "A mode is production, experiment or verification; join several with commas.");

    [GeneratedRegex(@"^(?<metric>[A-Za-z][A-Za-z0-9_.@-]{0,63})(?<sign>>=|<=|>|<)(?<value>[-+.0-9eE]{1,40})$", RegexOptions.CultureInvariant)]
    private static partial Regex ConditionPattern();
}
