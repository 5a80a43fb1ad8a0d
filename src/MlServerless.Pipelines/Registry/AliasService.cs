using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Registry;

/// <summary>Aliases moved by people: set, taken away, rolled back. What a run does by itself is the promote step's.</summary>
public sealed class AliasService(ModelRegistry registry, PromotionLog log)
{
    private const int MaxRequestId = 200;

    /// <exception cref="ProblemException">404: there is no such model.</exception>
    public async Task RequireModelAsync(string model, CancellationToken cancellationToken)
    {
        if (await registry.FindVersionAsync(model, 1, cancellationToken) is null)
            throw ProblemException.NotFound($"There is no model '{model}'.", $"A model comes into being with the first run of pipeline '{model}' that passes its checks.");
    }

    /// <exception cref="ProblemException">404: there is no such version.</exception>
    public async Task<ModelVersion> RequireVersionAsync(string model, int version, CancellationToken cancellationToken) =>
        await registry.FindVersionAsync(model, version, cancellationToken)
        ?? throw ProblemException.NotFound($"Model '{model}' has no version {version}.", $"GET /api/models/{model}/versions lists its versions.");

    /// <summary>Points an alias to a version.</summary>
    /// <param name="ifMatch">The ETag of the alias without quotes, or <c>*</c> for "must exist"; null where it must not exist.</param>
    /// <exception cref="ProblemException">404: no such model or version; 412: the alias is not as the condition says.</exception>
    public async Task<ModelAlias> SetAsync(string model, string alias, int version, string? ifMatch, Actor actor, CancellationToken cancellationToken)
    {
        if (alias == ModelAlias.Canary)
            throw new ProblemException(409, "A canary has settings of its own.", $"Start it with PUT /api/models/{model}/canary.");
        ModelVersion target = await RequireVersionAsync(model, version, cancellationToken);
        ModelAlias? current = await registry.FindAliasAsync(model, alias, cancellationToken);
        RequireMatch(model, alias, current, ifMatch);
        var move = new AliasMove(target, alias, current) { Action = AliasActions.Set, Who = actor.Who, Why = actor.Why, Metrics = target.HoldOutMetrics };
        return await registry.TryMoveAliasAsync(move, cancellationToken) ?? throw Moved(model, alias);
    }

    /// <exception cref="ProblemException">404: no such alias; 409: the champion, which is what is served; 412: the alias is not as the condition says.</exception>
    public async Task DeleteAsync(string model, string alias, string? ifMatch, Actor actor, CancellationToken cancellationToken)
    {
        ModelAlias current = await registry.FindAliasAsync(model, alias, cancellationToken)
            ?? throw ProblemException.NotFound($"Model '{model}' has no alias '{alias}'.", $"GET /api/models/{model} lists its aliases.");
        RequireMatch(model, alias, current, ifMatch);
        if (alias == ModelAlias.Champion)
            throw new ProblemException(409, "The champion cannot be taken away: it is what predictions are made with.", $"Point it to another version with PUT /api/models/{model}/aliases/{alias}, or roll it back with POST /api/models/{model}/rollback.");
        if (!await registry.TryDeleteAliasAsync(model, current, actor.Who, actor.Why, cancellationToken))
            throw Moved(model, alias);
    }

    /// <summary>Makes the champion before the present one champion again, or a named version. The version that is left does not become champion by itself any more.</summary>
    /// <param name="version">Null for the champion before.</param>
    /// <param name="ifMatch">The ETag of the champion without quotes; null for whatever it is.</param>
    /// <param name="requestId">Requests with the same id roll back once; null makes every request its own.</param>
    /// <exception cref="ProblemException">404: no such model or version; 409: there is no champion, or none before it; 412: the champion has moved.</exception>
    public async Task<ModelAlias> RollbackAsync(string model, int? version, string? ifMatch, Actor actor, string? requestId, CancellationToken cancellationToken)
    {
        await RequireModelAsync(model, cancellationToken);
        if (requestId?.Length is 0 or > MaxRequestId)
            throw ProblemException.BadRequest("The Idempotency-Key is not usable.", $"Send 1 to {MaxRequestId} characters.");
        ModelAlias current = await registry.FindAliasAsync(model, ModelAlias.Champion, cancellationToken)
            ?? throw new ProblemException(409, $"Model '{model}' has no champion to roll back.", $"Choose a version with PUT /api/models/{model}/aliases/{ModelAlias.Champion}.");
        List<PromotionLogEntry> entries = await log.ListAsync(model, cancellationToken).Where(entry => entry.Alias == ModelAlias.Champion).ToListAsync(cancellationToken);
        if (requestId is not null && entries.Exists(entry => entry.RequestId == requestId))
            return current;
        if (ifMatch is not null)
            RequireMatch(model, ModelAlias.Champion, current, ifMatch);
        int back = version ?? Before(entries)
            ?? throw new ProblemException(409, $"Model '{model}' had no champion before version {current.Version}.", "Name the version to go back to: send \"version\": ….");
        ModelVersion target = await RequireVersionAsync(model, back, cancellationToken);
        if (back == current.Version)
            return current;
        var move = new AliasMove(target, ModelAlias.Champion, current)
        {
            Action = AliasActions.Rollback,
            Who = actor.Who,
            Why = actor.Why,
            RequestId = requestId,
            Metrics = target.HoldOutMetrics,
        };
        return await registry.TryMoveAliasAsync(move, cancellationToken) ?? throw Moved(model, ModelAlias.Champion);
    }

    /// <summary>The champion before the present one. Two rollbacks go back twice, not back and forth.</summary>
    internal static int? Before(IEnumerable<PromotionLogEntry> entries)
    {
        var champions = new Stack<int>();
        foreach (PromotionLogEntry entry in entries)
        {
            if (entry.ToVersion is not { } version)
            {
                continue;
            }

            if (entry.Action == AliasActions.Rollback)
            {
                while (champions.TryPeek(out int top) && top != version)
                    champions.Pop();
            }

            if (!champions.TryPeek(out int last) || last != version)
                champions.Push(version);
        }

        return champions.Count < 2 ? null : champions.ElementAt(1);
    }

    private static void RequireMatch(string model, string alias, ModelAlias? current, string? ifMatch)
    {
        if (current is null ? ifMatch is null : ifMatch == "*" || ifMatch == current.ETag)
            return;
        throw new ProblemException(
            412,
            current is null ? $"Model '{model}' has no alias '{alias}'." : ifMatch is null ? $"Alias '{alias}' exists, and no If-Match was sent." : $"Alias '{alias}' has moved: it points to version {current.Version}.",
            current is null ? "Leave If-Match out to create it." : $"GET /api/models/{model}/aliases/{alias}, decide anew, and send its ETag (now \"{current.ETag}\") as If-Match.");
    }

    private static ProblemException Moved(string model, string alias) =>
        new(412, $"Alias '{alias}' has just been moved by somebody else.", $"GET /api/models/{model}/aliases/{alias}, decide anew, and send its ETag as If-Match.");
}
