using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Runs;

/// <summary>Finds runs, the newest first.</summary>
public sealed class RunSearch(RunLog runs)
{
    /// <summary>Runs that one search looks at: one that finds little gives what it found, and where it goes on.</summary>
    private const int MaxLookedAt = 5000;

    /// <param name="after">Where the page before ended; null for the first page.</param>
    /// <exception cref="ProblemException">400: <paramref name="after"/> is none that was given with a page.</exception>
    public async Task<RunPage> FindAsync(RunQuery query, int limit, string? after, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (after is not null && !RunLog.IsToken(after))
            throw ProblemException.BadRequest("'after' does not continue this list.", "Send the 'next' of the page before, or leave 'after' out for the first page.");
        var found = new List<RunRecord>();
        int lookedAt = 0;
        string? last = null;
        await foreach (RunRecord run in runs.ListNewestAsync(query.Pipeline, after, query.Since, cancellationToken))
        {
            if (found.Count == limit || lookedAt == MaxLookedAt)
                return new RunPage(found, last);
            lookedAt++;
            last = RunLog.TokenOf(run);
            if (query.Matches(run))
                found.Add(run);
        }

        return new RunPage(found, null);
    }
}
