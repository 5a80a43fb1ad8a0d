using MlServerless.Data;
using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Specs;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Registry.Canaries;

/// <summary>
/// Canaries: a version that answers a part of the calls, is watched, and becomes champion or is rolled back by itself. A canary is the alias <c>canary</c>
/// with its settings, so that every change of it is an entry of the promotion log.
/// </summary>
public sealed class CanaryService(
    IPipelineStorage storage, ModelRegistry registry, ServedModels models, PredictionSketches sketches, AlertBook alerts, TimeProvider time, ILogger<CanaryService> logger)
{
    /// <summary>Who moves aliases when no person does.</summary>
    public const string Watch = "canary watch";

    /// <summary>Starts a canary, or changes the one that there is: it bakes anew.</summary>
    /// <exception cref="ProblemException">404: no such model or version; 409: there is no champion, or the version is champion; 412: it has just been changed; 422: the version cannot be loaded.</exception>
    public async Task<ModelAlias> StartAsync(string model, int version, CanarySettings settings, Actor actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(settings);
        PipelineName.Require(model, "model");
        ModelVersion target = await registry.FindVersionAsync(model, version, cancellationToken)
            ?? throw ProblemException.NotFound($"Model '{model}' has no version {version}.", $"GET /api/models/{model}/versions lists its versions.");
        ModelAlias champion = await registry.FindAliasAsync(model, ModelAlias.Champion, cancellationToken)
            ?? throw new ProblemException(409, $"Model '{model}' has no champion.", $"Choose one with PUT /api/models/{model}/aliases/{ModelAlias.Champion}; a canary answers a part of its calls.");
        if (champion.Version == version)
            throw new ProblemException(409, $"Version {version} is champion.", "It answers all calls already; name another version.");
        try
        {
            // What cannot be read must not answer anybody.
            await models.GetAsync(model, version, cancellationToken);
        }
        catch (Exception exception) when (exception is ContentMissingException or ContentCorruptException or Learning.InvalidArtifactException)
        {
            throw new ProblemException(422, $"Version {version} cannot be loaded.", exception.Message);
        }

        ModelAlias? current = await registry.FindAliasAsync(model, ModelAlias.Canary, cancellationToken);
        var move = new AliasMove(target, ModelAlias.Canary, current)
        {
            Action = AliasActions.Canary,
            Who = actor.Who,
            Why = actor.Why,
            Canary = settings,
            Reasons = [settings.Describe()],
            Metrics = target.HoldOutMetrics,
        };
        ModelAlias started = await registry.TryMoveAliasAsync(move, cancellationToken) ?? throw Moved(model);
        models.Forget(model);
        await SettleAsync(model, null, cancellationToken);
        return started;
    }

    /// <summary>Ends a canary: the champion answers all calls again.</summary>
    /// <exception cref="ProblemException">404: there is none; 412: it has just been changed.</exception>
    public async Task StopAsync(string model, Actor actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ModelAlias canary = await RequireAsync(model, cancellationToken);
        if (!await registry.TryDeleteAliasAsync(model, canary, actor.Who, actor.Why, cancellationToken))
            throw Moved(model);
        models.Forget(model);
        await SettleAsync(model, null, cancellationToken);
    }

    /// <summary>The canary and what the predictions say of it so far.</summary>
    /// <exception cref="ProblemException">404: there is none.</exception>
    public async Task<CanaryState> ReadAsync(string model, CancellationToken cancellationToken)
    {
        ModelAlias canary = await RequireAsync(model, cancellationToken);
        await sketches.FlushAsync(closeAll: false, cancellationToken);
        return await ReadAsync(model, canary, cancellationToken);
    }

    /// <summary>Looks at every canary: promotes those that have baked, and rolls back those that do worse than their champions.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        List<string> watched = await registry.ListAliasedAsync(ModelAlias.Canary, cancellationToken).ToListAsync(cancellationToken);
        if (watched.Count > 0)
            await sketches.FlushAsync(closeAll: false, cancellationToken);
        foreach (string model in watched)
        {
            try
            {
                if (await registry.FindAliasAsync(model, ModelAlias.Canary, cancellationToken) is { } canary)
                    await WatchAsync(model, canary, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // One that cannot be read must not keep the others unwatched.
                logger.LogError(exception, "The canary of model {Model} could not be judged", model);
            }
        }
    }

    private async Task WatchAsync(string model, ModelAlias canary, CancellationToken cancellationToken)
    {
        ModelAlias? champion = await registry.FindAliasAsync(model, ModelAlias.Champion, cancellationToken);
        if (champion?.Version == canary.Version)
        {
            // Promoted, by this watch that died then, or by somebody.
            await registry.TryDeleteAliasAsync(model, canary, Watch, $"version {canary.Version} is champion", cancellationToken);
            return;
        }

        if (champion?.Since > canary.Since)
        {
            // It was to be compared with another one; what is champion now was chosen later.
            await registry.TryDeleteAliasAsync(model, canary, Watch, $"version {champion.Version} has become champion meanwhile", cancellationToken);
            models.Forget(model);
            return;
        }

        CanaryState state = await ReadAsync(model, canary, cancellationToken);
        if (state.Verdict == CanaryVerdicts.Failed)
        {
            string why = string.Join(". ", state.Reasons.Where(reason => reason.StartsWith("failed", StringComparison.Ordinal)));
            if (!await registry.TryRollBackCanaryAsync(model, canary, Watch, why, state.Reasons, cancellationToken))
                return;
            models.Forget(model);
            logger.LogWarning(CanaryEvents.RolledBack, "Canary version {Version} of model {Model} was rolled back: {Reasons}", canary.Version, model, string.Join("; ", state.Reasons));
            await SettleAsync(model, new AlertCondition(AlertKinds.Canary, canary.Since, $"Canary version {canary.Version} was rolled back. {why}. Start another canary or stop it for good to end this alert.", new AlertEvidence([], Figures(state))), cancellationToken);
        }
        else if (state.Verdict == CanaryVerdicts.Passed && canary.CanarySettings!.Promote && champion is not null)
        {
            ModelVersion version = (await registry.FindVersionAsync(model, canary.Version, cancellationToken))!;
            var move = new AliasMove(version, ModelAlias.Champion, champion)
            {
                Action = AliasActions.Promote,
                DataOrder = canary.DataOrder,
                RunId = canary.RunId,
                Who = Watch,
                Why = $"it has baked as canary since {canary.Since:yyyy-MM-ddTHH:mm:ssZ}",
                Reasons = state.Reasons,
                Metrics = version.HoldOutMetrics,
            };
            if (await registry.TryMoveAliasAsync(move, cancellationToken) is null)
                return;
            await registry.TryDeleteAliasAsync(model, canary, Watch, $"version {canary.Version} is champion", cancellationToken);
            models.Forget(model);
            logger.LogInformation(CanaryEvents.Promoted, "Canary version {Version} of model {Model} is champion: {Reasons}", canary.Version, model, string.Join("; ", state.Reasons));
        }
    }

    private async Task<CanaryState> ReadAsync(string model, ModelAlias canary, CancellationToken cancellationToken)
    {
        ModelAlias champion = (await registry.FindAliasAsync(model, ModelAlias.Champion, cancellationToken))!;
        CanaryEvidence own = await EvidenceAsync(model, canary.Version, canary.Since, cancellationToken);
        CanaryEvidence beside = await EvidenceAsync(model, champion.Version, canary.Since, cancellationToken);
        (string verdict, IReadOnlyList<string> reasons) = CanaryJudge.Judge(canary.CanarySettings ?? throw new InvalidOperationException($"The canary of model '{model}' has no settings."), canary.Since, time.GetUtcNow(), own, beside);
        return new CanaryState(canary, own, beside, verdict, reasons);
    }

    /// <summary>The windows that the canary has seen, that in which it began as a whole.</summary>
    private async Task<CanaryEvidence> EvidenceAsync(string model, int version, DateTimeOffset since, CancellationToken cancellationToken)
    {
        ServedModel served = (await models.GetAsync(model, version, cancellationToken)).Model;
        var merged = new MergedSketch();
        string folder = PredictionSketches.Folder(model, version);
        var windows = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        await foreach (string path in storage.MonitoringBlobs.ListAsync(folder, cancellationToken))
        {
            string name = path[folder.Length..].Split('/')[0];
            if (!MonitoringWindow.TryParse(name, out MonitoringWindow window) || window.End <= since)
                continue;
            if (!windows.TryGetValue(name, out List<string>? paths))
                windows[name] = paths = [];
            paths.Add(path);
        }

        foreach ((string window, List<string> paths) in windows)
            await merged.AddAsync(storage.MonitoringBlobs, window, paths, time.GetUtcNow(), cancellationToken);
        FeatureDrift? predictions = null;
        if (merged.Rows >= served.Monitoring.MinimumRows && served.Artifact.Predictions is { } reference && merged.Predictions is { } current)
            predictions = DriftCalculator.Compare(reference, current, new DriftOptions { MinimumRows = served.Monitoring.MinimumRows }).Features[0];
        return new CanaryEvidence(version, merged.Traffic.Requests, merged.Traffic.Refused + merged.Traffic.Failed, merged.Rows, predictions);
    }

    private async Task SettleAsync(string model, AlertCondition? condition, CancellationToken cancellationToken)
    {
        PipelineSpec? spec = await storage.Specs.FindAsync(model, cancellationToken) is { } stored ? SpecParser.Parse(stored.Json) : null;
        await alerts.SettleAsync(model, spec is null ? AlertParties.None : AlertParties.Of(spec), [AlertKinds.Canary], condition is null ? [] : [condition], cancellationToken);
    }

    private async Task<ModelAlias> RequireAsync(string model, CancellationToken cancellationToken) =>
        await registry.FindAliasAsync(PipelineName.Require(model, "model"), ModelAlias.Canary, cancellationToken)
        ?? throw ProblemException.NotFound($"Model '{model}' has no canary.", $"PUT /api/models/{model}/canary starts one.");

    private static ProblemException Moved(string model) =>
        new(412, "The canary has just been changed by somebody else.", $"GET /api/models/{model}/canary and decide anew.");

    private static SortedDictionary<string, double> Figures(CanaryState state) => new(StringComparer.Ordinal)
    {
        ["version"] = state.Own.Version,
        ["calls"] = state.Own.Calls,
        ["errorRate"] = state.Own.ErrorRate,
        ["championErrorRate"] = state.Champion.ErrorRate,
    };
}
