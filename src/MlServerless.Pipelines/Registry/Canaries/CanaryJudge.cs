using System.Globalization;

namespace MlServerless.Pipelines.Registry.Canaries;

/// <summary>Decides what the evidence says of a canary. As with drift, it takes effect size and significance.</summary>
internal static class CanaryJudge
{
    /// <summary>One-sided, at one in a hundred: a canary is judged every minute, and a false alarm costs a promotion.</summary>
    private const double CriticalZ = 2.326;

    public static (string Verdict, IReadOnlyList<string> Reasons) Judge(CanarySettings settings, DateTimeOffset since, DateTimeOffset now, CanaryEvidence own, CanaryEvidence champion)
    {
        var reasons = new List<string>();
        bool worse = HasMoreErrors(settings, own, champion);
        reasons.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{(worse ? "failed" : "ok")}: {own.ErrorRate:P2} of {own.Calls} calls had errors, {champion.ErrorRate:P2} of {champion.Calls} of champion version {champion.Version}; {settings.MaxErrorIncrease:P2} more are allowed"));
        bool drifts = own.Predictions is { Drifted: true } && champion.Predictions is not { Drifted: true };
        reasons.Add(own.Predictions is not { } predictions
            ? string.Create(CultureInfo.InvariantCulture, $"ok: {own.Rows} rows are too few to compare its predictions")
            : $"{(drifts ? "failed" : "ok")}: its predictions against those on its validation part: {predictions.Reason}{(predictions.Drifted && !drifts ? "; so do the champion's, so it is the calls that have changed" : "")}");
        if (worse || drifts)
            return (CanaryVerdicts.Failed, reasons);
        if (now < since + settings.Bake)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"baking: until {since + settings.Bake:yyyy-MM-ddTHH:mm:ssZ}"));
            return (CanaryVerdicts.Baking, reasons);
        }

        if (own.Requests < settings.MinimumRequests)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"baking: {own.Requests} calls answered, {settings.MinimumRequests} are asked"));
            return (CanaryVerdicts.Baking, reasons);
        }

        return (CanaryVerdicts.Passed, reasons);
    }

    private static bool HasMoreErrors(CanarySettings settings, CanaryEvidence own, CanaryEvidence champion)
    {
        double increase = own.ErrorRate - champion.ErrorRate;
        if (own.Calls < settings.MinimumRequests || increase <= settings.MaxErrorIncrease)
            return false;
        if (champion.Calls == 0)
            return true;
        double pooled = (double)(own.Errors + champion.Errors) / (own.Calls + champion.Calls);
        double deviation = Math.Sqrt(pooled * (1 - pooled) * ((1.0 / own.Calls) + (1.0 / champion.Calls)));
        return deviation == 0 || increase / deviation > CriticalZ;
    }
}
