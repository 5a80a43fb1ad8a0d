using MlServerless.Data;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Registry;

/// <summary>The gates that a team wrote itself, as rules.</summary>
internal static class RuleGates
{
    public static IEnumerable<GateResult> Decide(PipelineSpec spec, GateCandidate candidate, ChampionComparison? champion)
    {
        DataSchema schema = GateVariables.Schema(spec);
        SortedDictionary<string, double> values = GateVariables.Values(candidate, champion);
        foreach (GateRuleSpec rule in spec.Gates.Rules)
            yield return OnFigures(rule, RowRule.Parse(rule.Name, rule.Expression, schema), values, champion);
        foreach (GateRuleSpec rule in spec.Gates.RowRules)
            yield return OnRows(rule, candidate);
    }

    private static GateResult OnFigures(GateRuleSpec rule, RowRule parsed, SortedDictionary<string, double> values, ChampionComparison? champion)
    {
        string gate = $"rules.{rule.Name}";
        if (champion is null or { IsOtherLine: true } && parsed.Columns.Any(GateVariables.IsOfChampion))
            return new GateResult(gate, true, $"{rule.Name}: there is no champion to compare with yet ({rule.Expression})", Gates.Evidence());
        SortedDictionary<string, double> evidence = Gates.Evidence([.. parsed.Columns.Where(values.ContainsKey).Select(name => (name, (double?)values[name]))]);
        string figures = string.Join(", ", parsed.Columns.Select(name => $"{name} {(values.TryGetValue(name, out double value) ? Gates.Show(value) : "(missing)")}"));
        bool? holds = GateVariables.Holds(parsed, values);
        return new GateResult(gate, holds == true, $"{rule.Name}: {figures}; {rule.Expression} is asked{(holds is null ? ", which cannot be told" : "")}", evidence);
    }

    private static GateResult OnRows(GateRuleSpec rule, GateCandidate candidate)
    {
        string gate = $"rowRules.{rule.Name}";
        string asked = rule.MaxFailingFraction > 0 ? $"at most {Gates.Show(rule.MaxFailingFraction)} of the rows may break" : "no row may break";
        if (candidate.RowRuleProblems.TryGetValue(rule.Name, out string? problem))
            return new GateResult(gate, false, $"{rule.Name}: {problem}", Gates.Evidence());
        if (candidate.RowRules.FirstOrDefault(count => count.Name == rule.Name) is not { } counted)
            return new GateResult(gate, false, $"{rule.Name}: the rows were not looked at", Gates.Evidence());
        double fraction = counted.Rows == 0 ? 0 : (double)counted.Failed / counted.Rows;
        string rows = counted.Failed == 0 ? $"no row of {counted.Rows}" : $"{counted.Failed} of {counted.Rows} rows (such as {string.Join(", ", counted.Examples)})";
        return new GateResult(
            gate,
            fraction <= rule.MaxFailingFraction,
            $"{rule.Name}: {rows} break{(counted.Failed == 0 ? "s" : "")} {rule.Expression}; {asked} it",
            Gates.Evidence(("failed", counted.Failed), ("rows", counted.Rows), ("unknown", counted.Unknown), ("fraction", fraction), ("limit", rule.MaxFailingFraction)));
    }
}
