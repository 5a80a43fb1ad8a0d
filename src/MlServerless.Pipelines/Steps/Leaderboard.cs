using MlServerless.Learning;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Pipelines.Steps;

/// <summary>Puts candidates in order by their validation metric.</summary>
internal static class Leaderboard
{
    /// <summary>
    /// The candidates in the order of the spec, each with its rank: the better metric first, of equals the first in the spec; one without
    /// the metric after all that have it. Those that could not be trained have none.
    /// </summary>
    /// <param name="trained">In the order of the spec, however they were finished.</param>
    /// <exception cref="TrainingException">None could be trained; the message has every reason.</exception>
    public static IReadOnlyList<CandidateRecord> Rank(IReadOnlyList<CandidateRecord> trained, string metric)
    {
        if (trained.All(candidate => candidate.ModelHash is null))
            throw new TrainingException("no-candidate", $"None of the {trained.Count} candidates could be trained. {string.Join(" ", trained.Select(Reason))}");
        double sign = Evaluation.HigherIsBetter(metric) ? -1 : 1;
        int[] order = [.. Enumerable.Range(0, trained.Count)
            .Where(index => trained[index].ModelHash is not null)
            .OrderBy(index => trained[index].Metrics.TryGetValue(metric, out double value) ? sign * value : double.PositiveInfinity)
            .ThenBy(index => index)];
        CandidateRecord[] ranked = [.. trained];
        for (int place = 0; place < order.Length; place++)
            ranked[order[place]] = ranked[order[place]] with { Rank = place + 1 };
        return ranked;
    }

    private static string Reason(CandidateRecord candidate) => $"'{candidate.Name}': {candidate.Error?.Message ?? "it has no model."}";
}
