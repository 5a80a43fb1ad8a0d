using System.Globalization;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Learning.Evaluations;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Registry;

/// <summary>Decides whether a candidate may become champion, from measures on one hold-out. A metric that is missing on either side fails its gate.</summary>
public static class Gates
{
    /// <param name="candidate">The candidate on the hold-out.</param>
    /// <param name="champion">Null when there is no champion.</param>
    public static GateDecision Decide(PipelineSpec spec, GateCandidate candidate, ChampionComparison? champion)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(candidate);
        var gates = new List<GateResult>();
        foreach ((string metric, double limit) in InOrder(spec.Gates.Minimum))
            gates.Add(Limit($"minimum.{metric}", metric, candidate.Evaluation, limit, isLeast: true));
        foreach ((string metric, double limit) in InOrder(spec.Gates.Maximum))
            gates.Add(Limit($"maximum.{metric}", metric, candidate.Evaluation, limit, isLeast: false));
        if (spec.Gates.Slices is { } slices)
            gates.AddRange(SliceGates.Decide(slices, candidate.Evaluation, champion));
        if (spec.Gates.MaxModelBytes is { } bytes)
            gates.Add(new GateResult("maxModelBytes", candidate.ModelBytes <= bytes, Text($"the model has {candidate.ModelBytes} bytes, at most {bytes} are asked"), Evidence(("modelBytes", candidate.ModelBytes), ("limit", bytes))));
        if (spec.Gates.MaxLatencyMicroseconds is { } latency)
            gates.Add(Latency(candidate.LatencyMicroseconds, latency));
        gates.AddRange(RuleGates.Decide(spec, candidate, champion));
        gates.Add(Champion(spec, candidate.Evaluation, champion));
        return new GateDecision(gates);
    }

    internal static IEnumerable<KeyValuePair<string, double>> InOrder(IReadOnlyDictionary<string, double> limits) => limits.OrderBy(limit => limit.Key, StringComparer.Ordinal);

    internal static string Show(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    internal static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Figures by name, without those that are no numbers.</summary>
    internal static SortedDictionary<string, double> Evidence(params ReadOnlySpan<(string Name, double? Value)> figures)
    {
        var evidence = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach ((string name, double? value) in figures)
        {
            if (value is { } number && double.IsFinite(number))
                evidence[name] = number;
        }

        return evidence;
    }

    private static GateResult Limit(string gate, string metric, EvaluationReport evaluation, double limit, bool isLeast)
    {
        string asked = $"at {(isLeast ? "least" : "most")} {Show(limit)} is asked";
        if (!evaluation.Metrics.TryGetValue(metric, out MetricEstimate? estimate))
            return new GateResult(gate, false, $"{metric} (missing) on the hold-out, {asked}", Evidence(("limit", limit)));
        bool passed = isLeast ? estimate.Value >= limit : estimate.Value <= limit;
        return new GateResult(gate, passed, $"{metric} {Show(estimate.Value)} on the hold-out, {asked}", Evidence(("value", estimate.Value), ("low", estimate.Low), ("high", estimate.High), ("limit", limit)));
    }

    private static GateResult Latency(double? measured, double limit) => measured is { } latency
        ? new GateResult("maxLatencyMicroseconds", latency <= limit, $"95 % of requests of one row took up to {Show(Math.Round(latency, 1))} µs, at most {Show(limit)} are asked", Evidence(("latencyMicroseconds", latency), ("limit", limit)))
        : new GateResult("maxLatencyMicroseconds", false, $"the latency was not measured, at most {Show(limit)} µs are asked", Evidence(("limit", limit)));

    private static GateResult Champion(PipelineSpec spec, EvaluationReport evaluation, ChampionComparison? champion)
    {
        const string Gate = "champion";
        if (champion is null)
            return new GateResult(Gate, true, "there is no champion yet", Evidence());
        string name = Text($"champion version {champion.Version}");
        if (champion.IsOtherLine)
            return new GateResult(Gate, true, $"the split or its key was changed since {name}, which starts a new line of comparison: only the limits decide", Evidence());
        if (champion.Metrics is null)
            return new GateResult(Gate, false, $"{name} cannot be compared: {champion.Problem}", Evidence());
        string metric = spec.Metric;
        MetricEstimate? mine = evaluation.Metrics.GetValueOrDefault(metric);
        double? theirs = champion.Metrics.TryGetValue(metric, out double value) ? value : null;
        if (mine is null || theirs is null || !champion.Paired.TryGetValue(metric, out PairedComparison? paired))
            return new GateResult(Gate, false, $"{metric} {(mine is null ? "(missing)" : Show(mine.Value))} against {(theirs is null ? "(missing)" : Show(theirs.Value))} of {name}: without it the two do not compare", Evidence(("candidate", mine?.Value), ("champion", theirs)));

        string figures = $"{metric} {Show(paired.First)} against {Show(paired.Second)} of {name}, a gain of {Show(paired.Gain)}";
        SortedDictionary<string, double> evidence = Evidence(
            ("candidate", paired.First), ("champion", paired.Second), ("gain", paired.Gain), ("low", paired.Low), ("high", paired.High), ("pValue", paired.PValue), ("rows", paired.Rows), ("minGain", spec.Gates.MinGain));
        (bool passed, string reason) = Judge(spec.Gates, paired);
        return new GateResult(Gate, passed, $"{figures}; {reason}", evidence);
    }

    private static (bool Passed, string Reason) Judge(GateSpec gates, PairedComparison paired)
    {
        string verdict = paired.Rows < PairedTest.MinimumRows
            ? Text($"{paired.Rows} rows are too few to tell from chance")
            : paired.Verdict switch
            {
                PairedVerdict.Better => $"better beyond chance ({Interval(paired)})",
                PairedVerdict.Worse => $"worse beyond chance ({Interval(paired)})",
                _ => $"within noise ({Interval(paired)})",
            };
        if (gates.Significance == GateSignificance.NotWorse)
            return (paired.Verdict != PairedVerdict.Worse, $"{verdict}; it must not be worse");
        string asked = $"at least {Show(gates.MinGain)} is asked";
        if (gates.Significance == GateSignificance.None)
            return (paired.Gain >= gates.MinGain, asked);
        return (paired.Gain >= gates.MinGain && paired.Verdict == PairedVerdict.Better, gates.MinGain > 0 ? $"{verdict}; {asked}, beyond chance" : $"{verdict}; it must be better beyond chance");
    }

    private static string Interval(PairedComparison paired) =>
        paired is { Low: { } low, High: { } high } ? $"{Show(low)} to {Show(high)}, p {ShowP(paired.PValue)}" : $"p {ShowP(paired.PValue)}";

    internal static string ShowP(double p) => p < 0.0001 ? "< 0.0001" : p.ToString("0.####", CultureInfo.InvariantCulture);
}
