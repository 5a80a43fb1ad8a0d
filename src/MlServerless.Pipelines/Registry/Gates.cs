using System.Globalization;
using MlServerless.Learning;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Registry;

/// <summary>Decides whether a candidate may become champion, from measures on one hold-out. A metric that is missing on either side fails its gate.</summary>
public static class Gates
{
    /// <param name="metrics">The candidate on the hold-out.</param>
    /// <param name="champion">Null when there is no champion.</param>
    public static GateDecision Decide(PipelineSpec spec, IReadOnlyDictionary<string, double> metrics, ChampionComparison? champion)
    {
        var reasons = new List<string>();
        bool passed = true;
        void Add(bool ok, string reason)
        {
            passed &= ok;
            reasons.Add((ok ? "passed: " : "failed: ") + reason);
        }

        foreach ((string metric, double least) in spec.Gates.Minimum.OrderBy(gate => gate.Key, StringComparer.Ordinal))
            Add(metrics.TryGetValue(metric, out double value) && value >= least, $"{metric} {Show(metrics, metric)} on the hold-out, at least {Show(least)} is asked");
        foreach ((string metric, double greatest) in spec.Gates.Maximum.OrderBy(gate => gate.Key, StringComparer.Ordinal))
            Add(metrics.TryGetValue(metric, out double value) && value <= greatest, $"{metric} {Show(metrics, metric)} on the hold-out, at most {Show(greatest)} is asked");
        if (champion is null)
        {
            Add(true, "there is no champion yet");
        }
        else if (champion.IsOtherLine)
        {
            Add(true, $"the split or its key was changed since champion version {champion.Version}, which starts a new line of comparison: only the limits decide");
        }
        else if (champion.Metrics is null)
        {
            Add(false, $"champion version {champion.Version} cannot be compared: {champion.Problem}");
        }
        else
        {
            double gain = Gain(spec.Metric, metrics, champion.Metrics);
            Add(gain >= spec.Gates.MinGain, $"{spec.Metric} {Show(metrics, spec.Metric)} against {Show(champion.Metrics, spec.Metric)} of champion version {champion.Version}, a gain of {Show(gain)}; at least {Show(spec.Gates.MinGain)} is asked");
        }

        return new GateDecision(passed, reasons);
    }

    /// <summary>By how much the candidate is better, in the metric's unit; NaN where either side lacks it, which passes no gate.</summary>
    private static double Gain(string metric, IReadOnlyDictionary<string, double> metrics, IReadOnlyDictionary<string, double> championMetrics) =>
        metrics.TryGetValue(metric, out double mine) && championMetrics.TryGetValue(metric, out double theirs)
            ? Evaluation.HigherIsBetter(metric) ? mine - theirs : theirs - mine
            : double.NaN;

    private static string Show(IReadOnlyDictionary<string, double> metrics, string metric) =>
        metrics.TryGetValue(metric, out double value) ? Show(value) : "(missing)";

    private static string Show(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
