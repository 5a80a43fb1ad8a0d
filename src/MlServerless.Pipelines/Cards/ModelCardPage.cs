using System.Globalization;
using MlServerless.Learning;
using MlServerless.Learning.Evaluations;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Reports;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Cards;

/// <summary>A model card as a page. The same card is the same bytes.</summary>
public static class ModelCardPage
{
    private const int MostImportant = 15;

    /// <summary>What the page may do in a browser, for the header Content-Security-Policy.</summary>
    public static string ContentSecurityPolicy => Page.ContentSecurityPolicy;

    public static byte[] Build(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        string name = string.Create(CultureInfo.InvariantCulture, $"{card.Version.Model} version {card.Version.Version}");
        return Page.Build($"{name}: model card", html =>
        {
            AddHead(html, card, name);
            AddProblem(html, card.Problem);
            if (card.Evaluation is { } evaluation)
                EvaluationPart.Add(html, evaluation, card.Problem?.CostOfErrors?.Unit);
            else
                AddFiguresAlone(html, card.Version);
            AddGates(html, card);
            AddLimits(html, card.Limits);
            AddImportance(html, card.Importance);
            AddInputs(html, card.Inputs);
            AddTraining(html, card);
            AddLineage(html, card.Lineage);
        });
    }

    private static void AddHead(Html html, ModelCard card, string name)
    {
        html.Add($"<header><div class=\"head\"><h1>Model {name}</h1>");
        foreach (string alias in card.Aliases)
            html.Add($"<span class=\"badge {(alias == ModelAlias.Champion ? "good" : "plain")}\">{alias}</span>");
        if (card.Version.Mode == ModelMode.Experiment)
            html.AddMarkup("<span class=\"badge warning\">experiment</span>");
        if (card.Version.Withdrawn is { } withdrawn)
            html.Add($"<span class=\"badge blocking\">rolled back by {withdrawn.Who}</span>");
        html.AddMarkup("</div>");
        if (card.Description is { } description)
            html.Add($"<p>{description}</p>");
        if (card.Version.Notes is { } notes)
            html.Add($"<p class=\"soft\">{notes}</p>");
        html.AddMarkup("<dl class=\"facts\">");
        Fact(html, "Predicts", card.Version.Task == LearningTask.Regression ? $"{card.Label} (a number)" : $"{card.Label} ({Figures.Short(string.Join(", ", card.ClassLabels), 60)})");
        Fact(html, "Trained by", $"{card.Training.Trainer} ({card.Version.Candidate})");
        Fact(html, "Made", card.Version.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Fact(html, "Training rows", Figures.Count(card.Training.Rows));
        if (card.HoldOutRows is { } rows)
            Fact(html, "Hold-out rows", Figures.Count(rows));
        Fact(html, "Size", Bytes(card.Training.ModelBytes));
        if (card.Latency is { } latency)
            Fact(html, "One row takes", $"{Figures.Number(Math.Round(latency.MedianMicroseconds, 1))} µs, 95 %: {Figures.Number(Math.Round(latency.P95Microseconds, 1))} µs");
        html.AddMarkup("</dl></header>");
    }

    private static void AddProblem(Html html, ProblemSpec? problem)
    {
        html.AddMarkup("<h2>What it is for</h2>");
        if (problem is null)
        {
            html.AddMarkup("<p>Nobody has said it. Add the section <code>problem</code> to the spec: intended use, target, cost of errors, owner and approver.</p>");
            return;
        }

        html.AddMarkup("<div class=\"scroll\"><table class=\"words\"><tbody>");
        Row(html, "Intended use", problem.IntendedUse);
        Row(html, "Not for", problem.NotFor);
        Row(html, "Target", problem.Target);
        Row(html, "Cost of errors", Costs(problem.CostOfErrors));
        Row(html, "Owner", problem.Owner);
        Row(html, "Approver", problem.Approver);
        Row(html, "Contact", problem.Contact);
        html.AddMarkup("</tbody></table></div>");
    }

    private static string? Costs(ErrorCostSpec? costs)
    {
        if (costs is null)
            return null;
        string unit = costs.Unit is null ? "" : " " + costs.Unit;
        string? figures = costs is { FalsePositive: { } positive, FalseNegative: { } negative }
            ? $"a false positive {Figures.Number(positive)}{unit}, a false negative {Figures.Number(negative)}{unit}"
            : null;
        return (figures, costs.Note) switch
        {
            (null, var note) => note,
            (var known, null) => known,
            var (known, note) => $"{known}. {note}",
        };
    }

    private static void AddFiguresAlone(Html html, ModelVersion version)
    {
        html.AddMarkup("<h2>How good it is</h2><div class=\"scroll\"><table><thead><tr><th scope=\"col\">Metric</th><th scope=\"col\" class=\"n\">Hold-out</th><th scope=\"col\" class=\"n\">Validation</th></tr></thead><tbody>");
        foreach (string metric in version.HoldOutMetrics.Keys.Union(version.ValidationMetrics.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
            html.Add($"<tr><th scope=\"row\">{metric}</th><td class=\"n\">{Show(version.HoldOutMetrics, metric)}</td><td class=\"n\">{Show(version.ValidationMetrics, metric)}</td></tr>");
        html.AddMarkup("</tbody></table></div>");
    }

    private static string Show(IReadOnlyDictionary<string, double> metrics, string metric) => metrics.TryGetValue(metric, out double value) ? Figures.Number(value) : Figures.None;

    private static void AddGates(Html html, ModelCard card)
    {
        if (card.Gates is not { } gates)
            return;
        html.Add($"<h2>Gates <span class=\"badge {(card.Promoted ? "good" : "warning")}\">{(card.Promoted ? "promoted" : "not promoted by its run")}</span></h2><div class=\"scroll\"><table class=\"words\"><tbody>");
        foreach (GateResult gate in gates)
            html.Add($"<tr><th scope=\"row\"><span class=\"badge {(gate.Passed ? "good" : "blocking")}\">{(gate.Passed ? "passed" : "failed")}</span></th><td>{gate.Reason}</td></tr>");
        html.AddMarkup("</tbody></table></div>");
        if (card.Champion is not { Paired.Count: > 0 } champion)
            return;
        html.Add($"<h3 class=\"below\">Against champion version {champion.Version} on the same rows</h3><div class=\"scroll\"><table><thead><tr><th scope=\"col\">Metric</th><th scope=\"col\" class=\"n\">This one</th><th scope=\"col\" class=\"n\">Champion</th><th scope=\"col\" class=\"n\">Gain</th><th scope=\"col\" class=\"n wide\">Interval</th><th scope=\"col\" class=\"n wide\">p</th><th scope=\"col\">Verdict</th></tr></thead><tbody>");
        foreach (PairedComparison paired in champion.Paired.Values.OrderBy(paired => paired.Metric, StringComparer.Ordinal))
        {
            string style = paired.Verdict switch { PairedVerdict.Better => "good", PairedVerdict.Worse => "blocking", _ => "plain" };
            html.Add($"<tr><th scope=\"row\">{EvaluationPart.Name(paired.Metric)}</th><td class=\"n\">{Figures.Number(paired.First)}</td><td class=\"n\">{Figures.Number(paired.Second)}</td><td class=\"n\">{Figures.Number(paired.Gain)}</td><td class=\"n wide\">{EvaluationPart.Interval(paired.Low, paired.High)}</td><td class=\"n wide\">{Gates.ShowP(paired.PValue)}</td><td><span class=\"badge {style}\">{paired.Verdict.ToString().ToLowerInvariant()}</span></td></tr>");
        }

        html.AddMarkup("</tbody></table></div>");
    }

    private static void AddLimits(Html html, IReadOnlyList<string> limits)
    {
        if (limits.Count == 0)
            return;
        html.AddMarkup("<h2>Limits</h2><ul class=\"limits\">");
        foreach (string limit in limits)
            html.Add($"<li>{limit}</li>");
        html.AddMarkup("</ul>");
    }

    private static void AddImportance(Html html, ModelImportance? importance)
    {
        if (importance is null || importance.Inputs.Count == 0)
            return;
        InputImportance[] inputs = [.. importance.Inputs.OrderByDescending(input => input.MeanAbsolute).ThenBy(input => input.Name, StringComparer.Ordinal)];
        double most = Math.Max(inputs[0].MeanAbsolute, double.Epsilon);
        html.Add($"<h2>What moves its predictions</h2><p class=\"soft\">Mean size of each input's contribution to the raw score over {Figures.Count(importance.Rows)} rows.</p><div class=\"top important\">");
        foreach (InputImportance input in inputs.Take(MostImportant))
            html.Add($"<b>{Figures.Short(input.Name, 60)}</b><i style=\"width:{Math.Round(100 * input.MeanAbsolute / most, 1)}%\"></i><span>{Figures.Number(input.MeanAbsolute)}</span>");
        html.AddMarkup("</div>");
        if (inputs.Length > MostImportant)
            html.Add($"<p class=\"soft\">and {inputs.Length - MostImportant} more</p>");
    }

    private static void AddInputs(Html html, IReadOnlyList<CardInput> inputs)
    {
        html.AddMarkup("<h2>Inputs</h2><div class=\"scroll\"><table><thead><tr><th scope=\"col\">Input</th><th scope=\"col\">Type</th><th scope=\"col\" class=\"n\">Minimum</th><th scope=\"col\" class=\"n\">Maximum</th><th scope=\"col\" class=\"n wide\">Values</th><th scope=\"col\" class=\"n\">Missing in hold-out</th><th scope=\"col\" class=\"n wide\">in training</th></tr></thead><tbody>");
        foreach (CardInput input in inputs)
        {
            html.Add($"<tr><th scope=\"row\">{Figures.Short(input.Name, 80)}{(input.Required ? "" : " (optional)")}</th><td>{Figures.Name(input.Type)}</td><td class=\"n\">{Figures.Value(input.Min, input.Type)}</td><td class=\"n\">{Figures.Value(input.Max, input.Type)}</td>");
            html.Add($"<td class=\"n wide\">{(input.Distinct is { } distinct ? Figures.Count(distinct) : Figures.None)}</td><td class=\"n\">{(input.HoldOut is { } holdOut ? Figures.Percent(holdOut.MissingFraction) : Figures.None)}</td><td class=\"n wide\">{(input.HoldOut is { } training ? Figures.Percent(training.TrainingMissingFraction) : Figures.None)}</td></tr>");
        }

        html.AddMarkup("</tbody></table></div>");
    }

    private static void AddTraining(Html html, ModelCard card)
    {
        html.AddMarkup("<h2>Data and training</h2><div class=\"scroll\"><table class=\"words\"><tbody>");
        if (card.Data is { } data)
        {
            Row(html, "Upload", data.Uploads > 1 ? $"{data.Upload} and {Figures.Count(data.Uploads - 1)} before it" : data.Upload);
            Row(html, "Last modified", data.LastModified.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
            Row(html, "Rows", data.Rows is { } rows ? $"{Figures.Count(rows)}, {Figures.Count(data.RejectedRows ?? 0)} of them kept out; findings of the check: {Figures.Count(data.Findings)}" : null);
        }

        Row(html, "Fitted to", $"{Figures.Count(card.Training.Rows)} rows, chosen on {Figures.Count(card.Training.ValidationRows)}");
        Row(html, "Trainer", string.Create(CultureInfo.InvariantCulture, $"{card.Training.Trainer}, algorithm version {card.Training.AlgorithmVersion}, seed {card.Training.Seed}"));
        Row(html, "Parameters", string.Join(", ", card.Training.Parameters.OrderBy(parameter => parameter.Key, StringComparer.Ordinal).Select(parameter => $"{parameter.Key} {parameter.Value}")));
        html.AddMarkup("</tbody></table></div>");
    }

    private static void AddLineage(Html html, CardLineage lineage)
    {
        html.AddMarkup("<h2>Lineage</h2><div class=\"scroll\"><table class=\"words\"><tbody>");
        Code(html, "Model", lineage.ModelHash.Hex);
        Code(html, "Data version", lineage.DataVersion.Hex);
        Code(html, "Spec", lineage.SpecHash.Hex);
        Code(html, "Schema", lineage.SchemaHash.Hex);
        Code(html, "Prepared data", lineage.Prepared?.Hex);
        Code(html, "Evaluation", lineage.Evaluation?.Hex);
        Code(html, "Evidence of the gates", lineage.Evidence?.Hex);
        Code(html, lineage.Runs.Count == 1 ? "Run" : "Runs", string.Join(", ", lineage.Runs));
        Code(html, "Version of the app", lineage.CodeVersion);
        html.AddMarkup("</tbody></table></div>");
    }

    private static string Bytes(long bytes) => bytes < 10_000 ? $"{Figures.Count(bytes)} bytes" : bytes < 10_000_000 ? $"{Figures.Count(bytes / 1000)} kB" : $"{Figures.Count(bytes / 1_000_000)} MB";

    private static void Fact(Html html, string name, string value) => html.Add($"<div><dt>{name}</dt><dd>{value}</dd></div>");

    private static void Row(Html html, string name, string? value)
    {
        if (value is { Length: > 0 })
            html.Add($"<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>");
    }

    private static void Code(Html html, string name, string? value)
    {
        if (value is { Length: > 0 })
            html.Add($"<tr><th scope=\"row\">{name}</th><td><code>{value}</code></td></tr>");
    }
}
