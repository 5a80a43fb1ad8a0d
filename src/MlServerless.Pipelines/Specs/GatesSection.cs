using System.Globalization;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads the section <c>gates</c>.</summary>
internal static class GatesSection
{
    private const int MaxRules = 100;

    public static GateSpec Read(SpecReader reader, LearningTask task, List<ProblemDetail> errors)
    {
        IReadOnlyList<string> metrics = Evaluation.HoldOutMetricNames(task);
        var gates = new GateSpec
        {
            Minimum = ReadLimits(reader.Object("minimum"), task, metrics),
            Maximum = ReadLimits(reader.Object("maximum"), task, metrics),
            MinGain = reader.Number("minGain", 0, double.PositiveInfinity) ?? 0,
            Significance = ReadSignificance(reader),
            Slices = ReadSlices(reader, task),
            MaxModelBytes = reader.Integer("maxModelBytes", 1, 1_000_000_000_000),
            MaxLatencyMicroseconds = reader.Number("maxLatencyMicroseconds", 0.001, 1e12),
            Rules = ReadRules(reader, "rules", ofRows: false, errors),
            RowRules = ReadRules(reader, "rowRules", ofRows: true, errors),
            Approval = ApprovalSection.Read(reader.Object("approval")),
        };
        RefuseContradictions(reader, gates.Minimum, gates.Maximum);
        if (gates is { Significance: GateSignificance.NotWorse, MinGain: > 0 })
            reader.Fail("minGain", "asks for a gain, and significance notWorse for none: choose significance \"better\" or \"none\", or leave minGain out.");
        reader.RefuseUnknown();
        return gates;
    }

    /// <summary>What goes with other sections is known once all has been read.</summary>
    public static void CheckTogether(PipelineSpec spec, List<ProblemDetail> errors)
    {
        if (spec.Gates.Slices is not null && spec.Evaluation.Slices.Count == 0)
            errors.Add(new ProblemDetail("$.gates.slices", "asks something of slices, but there are none: name columns in evaluation.slices."));
        if ((spec.Gates.Minimum.ContainsKey("cost") || spec.Gates.Maximum.ContainsKey("cost")) && spec.Problem?.Costs is null)
            errors.Add(new ProblemDetail("$.gates.maximum.cost", "needs the costs of errors: add falsePositive and falseNegative to problem.costOfErrors."));
        DataSchema figures = GateVariables.Schema(spec);
        DataSchema declared = GateVariables.RowSchema(spec, SchemaRules.Declared(spec));
        CheckRules(spec.Gates.Rules, "rules", figures, [.. figures.Columns.Select(column => column.Name)], errors);
        CheckRules(spec.Gates.RowRules, "rowRules", declared, null, errors);
    }

    private static void CheckRules(IReadOnlyList<GateRuleSpec> rules, string field, DataSchema declared, IReadOnlyList<string>? known, List<ProblemDetail> errors)
    {
        foreach ((int index, GateRuleSpec rule) in rules.Index())
        {
            if (rule.Name.Length == 0 || rule.Expression.Length == 0)
                continue;
            string path = string.Create(CultureInfo.InvariantCulture, $"$.gates.{field}[{index}].expression");
            try
            {
                RowRule parsed = RowRule.Parse(rule.Name, rule.Expression, declared);
                if (known is not null && parsed.Columns.FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal)) is { } unknown)
                    errors.Add(new ProblemDetail(path, $"there is no figure '{unknown}'; {NearestName.Hint(unknown, known) ?? "there are the metrics, each also as name.low and name.high, champion.name and gain.name, and rows, modelBytes and latencyMicroseconds."}"));
            }
            catch (RuleSyntaxException exception)
            {
                errors.Add(new ProblemDetail(path, exception.Message));
            }
        }
    }

    private static GateSignificance ReadSignificance(SpecReader reader)
    {
        switch (reader.String("significance"))
        {
            case null or "better":
                return GateSignificance.Better;
            case "notWorse":
                return GateSignificance.NotWorse;
            case "none":
                return GateSignificance.None;
            case { } other:
                reader.Fail("significance", $"'{other}' is none of better, notWorse, none.");
                return GateSignificance.Better;
        }
    }

    private static SliceGateSpec? ReadSlices(SpecReader parent, LearningTask task)
    {
        if (parent.Find("slices") is null)
            return null;
        SpecReader reader = parent.Object("slices");
        if (!reader.IsObject)
            return null;
        string[] metrics = [.. Evaluation.HoldOutMetricNames(task).Where(metric => metric != "ece")];
        string[] differing = task == LearningTask.Binary ? [.. metrics, GateVariables.SelectionRate] : metrics;
        var slices = new SliceGateSpec
        {
            Minimum = ReadLimits(reader.Object("minimum"), task, metrics),
            Maximum = ReadLimits(reader.Object("maximum"), task, metrics),
            MaxDifference = ReadLimits(reader.Object("maxDifference"), task, differing),
            MinRatio = ReadLimits(reader.Object("minRatio"), task, differing),
            NoneWorse = reader.Boolean("noneWorse") ?? false,
        };
        RefuseContradictions(reader, slices.Minimum, slices.Maximum);
        reader.RefuseUnknown();
        return slices;
    }

    private static void RefuseContradictions(SpecReader reader, IReadOnlyDictionary<string, double> minimum, IReadOnlyDictionary<string, double> maximum)
    {
        foreach (string metric in minimum.Keys.Intersect(maximum.Keys).Where(metric => minimum[metric] > maximum[metric]))
            reader.Fail("minimum", $"asks for more {metric} than maximum allows: no candidate can pass.");
    }

    private static Dictionary<string, double> ReadLimits(SpecReader reader, LearningTask task, IReadOnlyList<string> metrics)
    {
        var limits = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach ((string metric, _) in reader.Fields())
        {
            if (!metrics.Contains(metric, StringComparer.Ordinal))
                reader.Fail(metric, $"'{metric}' is no metric here of a {JsonNamingPolicy.CamelCase.ConvertName(task.ToString())} task; use one of {string.Join(", ", metrics)}.");
            else if (reader.Number(metric, double.NegativeInfinity, double.PositiveInfinity) is { } limit)
                limits[metric] = limit;
        }

        return limits;
    }

    private static List<GateRuleSpec> ReadRules(SpecReader parent, string field, bool ofRows, List<ProblemDetail> errors)
    {
        var rules = new List<GateRuleSpec>();
        if (parent.Find(field) is not { } array)
            return rules;
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > MaxRules)
        {
            parent.Fail(field, $"expected an array of up to {MaxRules} rules, e.g. [{{\"name\":\"{(ofRows ? "no-negative" : "sure")}\",\"expression\":\"{(ofRows ? "prediction >= 0" : "auc.low >= 0.8")}\"}}].");
            return rules;
        }

        foreach ((int index, JsonElement item) in array.EnumerateArray().Index())
        {
            var reader = new SpecReader(item, string.Create(CultureInfo.InvariantCulture, $"$.gates.{field}[{index}]"), errors);
            if (!reader.IsObject)
            {
                reader.Fail(null, $"expected an object with name and expression, found {SpecReader.Describe(item)}.");
                continue;
            }

            string name = reader.RequiredString("name", "a name for the rule, which the gate shows");
            if (name.Length > 0 && rules.Any(other => other.Name == name))
                reader.Fail("name", $"two rules are named '{name}'; give each its own name.");
            int before = errors.Count;
            string? expression = reader.String("expression", 2000);
            if (expression is null && errors.Count == before)
                reader.Fail("expression", "is missing: add a condition.");
            double tolerated = ofRows ? reader.Number("maxFailingFraction", 0, 1) ?? 0 : 0;
            rules.Add(new GateRuleSpec(name, expression ?? "", tolerated));
            reader.RefuseUnknown();
        }

        return rules;
    }
}
