using System.Globalization;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads the section <c>checks</c>.</summary>
internal static class CheckSection
{
    private const int MaxRules = 100;

    public static CheckSpec Read(SpecReader reader, List<ProblemDetail> errors)
    {
        var defaults = new CheckSpec();
        var checks = new CheckSpec
        {
            MinimumRows = (int)(reader.Integer("minimumRows", 10, int.MaxValue) ?? defaults.MinimumRows),
            ToleratedFraction = reader.Number("toleratedFraction", 0, 1) ?? defaults.ToleratedFraction,
            LeastRowRatio = reader.Number("leastRowRatio", 0, 1) ?? defaults.LeastRowRatio,
            MostRowRatio = reader.Number("mostRowRatio", 1, double.MaxValue) ?? defaults.MostRowRatio,
            MaxDuplicateFraction = reader.Number("maxDuplicateFraction", 0, 1) ?? defaults.MaxDuplicateFraction,
            LeakScore = reader.Number("leakScore", 0.5, 1) ?? defaults.LeakScore,
            Shift = ReadShift(reader.Object("shift")),
            Rules = ReadRules(reader, errors),
            Severities = ReadSeverities(reader.Object("severities")),
        };
        reader.RefuseUnknown();
        return checks;
    }

    /// <summary>Rules need the declared columns: what is wrong with their expressions is found once all has been read.</summary>
    public static void CheckTogether(PipelineSpec spec, List<ProblemDetail> errors)
    {
        DataSchema declared = SchemaRules.Declared(spec);
        foreach ((int index, RuleSpec rule) in spec.Checks.Rules.Index())
        {
            if (rule.Name.Length == 0 || rule.Expression.Length == 0)
                continue;
            try
            {
                RowRule.Parse(rule.Name, rule.Expression, declared);
            }
            catch (RuleSyntaxException exception)
            {
                errors.Add(new ProblemDetail(string.Create(CultureInfo.InvariantCulture, $"$.checks.rules[{index}].expression"), exception.Message));
            }
        }
    }

    private static DriftOptions ReadShift(SpecReader reader)
    {
        var defaults = new DriftOptions();
        var shift = new DriftOptions
        {
            MinimumRows = reader.Integer("minimumRows", 30, 1_000_000_000) ?? defaults.MinimumRows,
            Psi = reader.Number("psi", 0.001, 100) ?? defaults.Psi,
            Wasserstein = reader.Number("wasserstein", 0.001, 100) ?? defaults.Wasserstein,
            RateChange = reader.Number("rateChange", 0.001, 1) ?? defaults.RateChange,
            UnseenRate = reader.Number("unseenRate", 0.0001, 1) ?? defaults.UnseenRate,
        };
        reader.RefuseUnknown();
        return shift;
    }

    private static List<RuleSpec> ReadRules(SpecReader parent, List<ProblemDetail> errors)
    {
        var rules = new List<RuleSpec>();
        if (parent.Find("rules") is not { } array)
            return rules;
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > MaxRules)
        {
            parent.Fail("rules", $"expected an array of up to {MaxRules} rules, e.g. [{{\"name\":\"dates\",\"expression\":\"end_date >= start_date\"}}].");
            return rules;
        }

        foreach ((int index, JsonElement item) in array.EnumerateArray().Index())
        {
            var reader = new SpecReader(item, string.Create(CultureInfo.InvariantCulture, $"$.checks.rules[{index}]"), errors);
            if (!reader.IsObject)
            {
                reader.Fail(null, $"expected an object with name and expression, found {SpecReader.Describe(item)}.");
                continue;
            }

            string name = reader.RequiredString("name", "a name for the rule, which findings show");
            if (name.Length > 0 && rules.Any(other => other.Name == name))
                reader.Fail("name", $"two rules are named '{name}'; give each its own name.");
            int before = errors.Count;
            string? expression = reader.String("expression", 2000);
            if (expression is null && errors.Count == before)
                reader.Fail("expression", "is missing: add a condition, e.g. \"tenure_months >= 0 and end_date >= start_date\".");
            rules.Add(new RuleSpec(name, expression ?? "", ReadSeverity(reader, "severity") ?? Severity.Warning, reader.Number("maxFailingFraction", 0, 1) ?? 0));
            reader.RefuseUnknown();
        }

        return rules;
    }

    private static Dictionary<string, Severity> ReadSeverities(SpecReader reader)
    {
        var severities = new Dictionary<string, Severity>(StringComparer.Ordinal);
        foreach ((string code, _) in reader.Fields())
        {
            Severity? severity = ReadSeverity(reader, code);
            if (!FindingCodes.All.Contains(code, StringComparer.Ordinal))
                reader.Fail(code, $"'{code}' is no code of a finding; {NearestName.Hint(code, FindingCodes.All) ?? "see docs/data-checks.md for the list"}.");
            else if (severity == Severity.Warning && FindingCodes.AlwaysBlocking.Contains(code))
                reader.Fail(code, $"'{code}' always blocks, for there is nothing to train on then; remove it here.");
            else if (severity is { } known)
                severities[code] = known;
        }

        return severities;
    }

    private static Severity? ReadSeverity(SpecReader reader, string field)
    {
        switch (reader.String(field))
        {
            case null:
                return null;
            case "warning":
                return Severity.Warning;
            case "blocking":
                return Severity.Blocking;
            case { } other:
                reader.Fail(field, $"'{other}' is no severity: write \"warning\" or \"blocking\".");
                return null;
        }
    }
}
