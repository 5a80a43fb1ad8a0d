using MlServerless.Learning;
using MlServerless.Learning.Evaluations;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Registry;

/// <summary>The gates on slices. A slice with too few rows decides nothing, and a column without slices fails.</summary>
internal static class SliceGates
{
    private const int MostNamed = 3;

    public static IEnumerable<GateResult> Decide(SliceGateSpec spec, EvaluationReport evaluation, ChampionComparison? champion)
    {
        foreach ((string metric, double limit) in Gates.InOrder(spec.Minimum))
            yield return Limit($"slices.minimum.{metric}", metric, evaluation, limit, isLeast: true);
        foreach ((string metric, double limit) in Gates.InOrder(spec.Maximum))
            yield return Limit($"slices.maximum.{metric}", metric, evaluation, limit, isLeast: false);
        foreach ((string metric, double limit) in Gates.InOrder(spec.MaxDifference))
            yield return Disparities($"slices.maxDifference.{metric}", metric, evaluation, disparity => disparity.Difference, limit, isLeast: false);
        foreach ((string metric, double limit) in Gates.InOrder(spec.MinRatio))
            yield return Disparities($"slices.minRatio.{metric}", metric, evaluation, disparity => disparity.Ratio, limit, isLeast: true);
        if (spec.NoneWorse)
            yield return NoneWorse(champion);
    }

    private static GateResult Limit(string gate, string metric, EvaluationReport evaluation, double limit, bool isLeast)
    {
        string asked = $"at {(isLeast ? "least" : "most")} {Gates.Show(limit)} is asked of every slice";
        if (Unsliced(evaluation) is { } problem)
            return new GateResult(gate, false, $"{problem}; {asked}", Gates.Evidence(("limit", limit)));
        SliceFigures[] large = [.. evaluation.Slices.SelectMany(column => column.Slices).Where(slice => slice.Metrics.Count > 0)];
        if (large.FirstOrDefault(slice => !slice.Metrics.ContainsKey(metric)) is { } lacking)
            return new GateResult(gate, false, $"{metric} (missing) for {lacking.Slice.Label}; {asked}", Gates.Evidence(("limit", limit), ("rows", lacking.Rows)));
        if (large.Length == 0)
            return new GateResult(gate, false, $"no slice has rows enough to be measured; {asked}", Gates.Evidence(("limit", limit)));
        double sign = isLeast ? 1 : -1;
        SliceFigures[] ordered = [.. large.OrderBy(slice => sign * slice.Metrics[metric].Value)];
        SliceFigures[] failing = [.. ordered.Where(slice => sign * slice.Metrics[metric].Value < sign * limit)];
        MetricEstimate worst = ordered[0].Metrics[metric];
        string reason = failing.Length == 0
            ? $"{metric} is at worst {Gates.Show(worst.Value)} ({ordered[0].Slice.Label}), {asked}"
            : $"{metric} {string.Join(", ", failing.Take(MostNamed).Select(slice => $"{Gates.Show(slice.Metrics[metric].Value)} for {slice.Slice.Label} ({slice.Rows} rows)"))}{(failing.Length > MostNamed ? $" and {failing.Length - MostNamed} more" : "")}, {asked}";
        return new GateResult(gate, failing.Length == 0, reason, Gates.Evidence(("worst", worst.Value), ("low", worst.Low), ("high", worst.High), ("rows", ordered[0].Rows), ("limit", limit), ("slices", large.Length), ("failing", failing.Length)));
    }

    private static GateResult Disparities(string gate, string metric, EvaluationReport evaluation, Func<Disparity, double?> value, double limit, bool isLeast)
    {
        string what = isLeast ? "ratio" : "difference";
        string asked = $"{(isLeast ? "at least" : "at most")} {Gates.Show(limit)} is asked";
        if (Unsliced(evaluation) is { } problem)
            return new GateResult(gate, false, $"{problem}; a {what} of {asked}", Gates.Evidence(("limit", limit)));
        (SlicedColumn Column, Disparity Disparity, double Value)[] found = [.. evaluation.Slices
            .SelectMany(column => column.Disparities.Where(disparity => disparity.Metric == metric).Select(disparity => (column, disparity, value(disparity))))
            .Where(disparity => disparity.Item3 is not null)
            .Select(disparity => (disparity.column, disparity.disparity, disparity.Item3!.Value))];
        if (found.Length == 0)
            return new GateResult(gate, false, $"no column has two slices whose {metric} compares; a {what} of {asked}", Gates.Evidence(("limit", limit)));
        (SlicedColumn column, Disparity disparity, double worst) = isLeast ? found.MinBy(one => one.Value) : found.MaxBy(one => one.Value);
        bool passed = isLeast ? worst >= limit : worst <= limit;
        return new GateResult(gate, passed, $"the {what} of {metric} between {disparity.Worst} and {disparity.Best} is {Gates.Show(worst)}, {asked}", Gates.Evidence(("worst", worst), ("limit", limit), ("pValue", disparity.PValue)));
    }

    private static GateResult NoneWorse(ChampionComparison? champion)
    {
        const string Gate = "slices.noneWorse";
        if (champion is null || champion.IsOtherLine)
            return new GateResult(Gate, true, "there is no champion to compare slices with", Gates.Evidence());
        if (champion.Metrics is null)
            return new GateResult(Gate, false, $"the slices of champion version {champion.Version} cannot be compared: {champion.Problem}", Gates.Evidence());
        SliceComparison[] worse = [.. champion.Slices.Where(slice => slice.Verdict == PairedVerdict.Worse).OrderBy(slice => slice.Paired.Gain)];
        string reason = champion.Slices.Count == 0
            ? "no slice has rows enough to be compared with the champion"
            : worse.Length == 0
                ? $"none of {champion.Slices.Count} slices is worse than with champion version {champion.Version} beyond chance"
                : $"worse than with champion version {champion.Version} beyond chance: {string.Join(", ", worse.Take(MostNamed).Select(slice => $"{slice.Slice.Label}, {slice.Paired.Metric} {Gates.Show(slice.Paired.First)} against {Gates.Show(slice.Paired.Second)} (p {Gates.ShowP(slice.PValue)})"))}";
        return new GateResult(Gate, champion.Slices.Count > 0 && worse.Length == 0, reason, Gates.Evidence(("slices", champion.Slices.Count), ("worse", worse.Length)));
    }

    private static string? Unsliced(EvaluationReport evaluation) => evaluation.Slices.FirstOrDefault(column => column.Problem is not null)?.Problem;
}
