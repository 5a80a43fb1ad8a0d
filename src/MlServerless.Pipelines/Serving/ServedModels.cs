using System.Collections.Concurrent;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Serving.Routing;
using MlServerless.Pipelines.Specs;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Serving;

/// <summary>
/// The models in memory. Which version is champion is asked again when the answer is older than <see cref="PipelineOptions.AliasAge"/>, before a request is
/// answered; when storage cannot be asked or a new artifact is broken, the loaded champion stays and says so.
/// </summary>
public sealed class ServedModels(ModelRegistry registry, IPipelineStorage storage, PipelineOptions options, TimeProvider time, ILogger<ServedModels> logger, ServingMetrics? metrics = null)
{
    // How soon storage is asked again after it failed: sooner than usual, but not by every request.
    private static readonly TimeSpan RetryAge = TimeSpan.FromSeconds(2);

    // How long a request waits for storage while there is a champion that could answer it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // How long it waits for a new champion to be read, which is worth a wait.
    private static readonly TimeSpan LoadPatience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, Slot> champions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Model, ContentHash Hash), Loaded> loaded = new();

    /// <summary>The champions that this process serves, by name.</summary>
    public IEnumerable<ModelAnswer> Champions => champions.OrderBy(slot => slot.Key, StringComparer.Ordinal).Select(slot => slot.Value.Answer).OfType<ModelAnswer>();

    /// <summary>How many model versions are in memory.</summary>
    public int LoadedModels => loaded.Count;

    /// <param name="version">Null for the champion.</param>
    /// <exception cref="ProblemException">404: no such model, no such version, or no champion yet; 503: storage cannot be reached and nothing is loaded.</exception>
    public async ValueTask<ModelAnswer> GetAsync(string model, int? version, CancellationToken cancellationToken)
    {
        if (version is { } number)
            return new ModelAnswer(await GetVersionAsync(model, number, cancellationToken), false);
        if (!champions.TryGetValue(model, out Slot? slot) || slot.Answer is not { } answer)
            return await RefreshAsync(model, cancellationToken);
        TimeSpan age = time.GetElapsedTime(slot.CheckedAt);
        if (!answer.Degraded)
            return age < options.AliasAge ? answer : await RefreshAsync(model, cancellationToken);

        // While storage is down nobody waits for it: one request in a while sets off the next try.
        if (age >= RetryAge && slot.Gate.CurrentCount > 0)
            _ = RefreshInBackgroundAsync(model);
        return answer;
    }

    /// <summary>Lets the next request ask anew which version is champion: somebody has just moved it here.</summary>
    public void Forget(string model)
    {
        if (champions.TryGetValue(model, out Slot? slot))
            slot.CheckedAt = time.GetTimestamp() - (long)(options.AliasAge.TotalSeconds * time.TimestampFrequency);
    }

    private async Task RefreshInBackgroundAsync(string model)
    {
        try
        {
            await RefreshAsync(model, CancellationToken.None);
        }
        catch (ProblemException problem)
        {
            logger.LogWarning("Model {Model}: {Problem}", model, problem.Message);
        }
    }

    private async Task<ModelAnswer> RefreshAsync(string model, CancellationToken cancellationToken)
    {
        // Slots are kept only for models that exist, so that made-up names cannot fill the memory.
        Slot slot = champions.TryGetValue(model, out Slot? known) ? known : new Slot();
        await slot.Gate.WaitAsync(cancellationToken);
        try
        {
            if (slot.Answer is { } fresh && time.GetElapsedTime(slot.CheckedAt) < (fresh.Degraded ? RetryAge : options.AliasAge))
                return fresh;
            ModelAnswer answer = await AskAsync(model, slot.Answer, cancellationToken);
            slot.Answer = answer;
            slot.CheckedAt = time.GetTimestamp();
            champions.TryAdd(model, slot);
            return answer;
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    private async Task<ModelAnswer> AskAsync(string model, ModelAnswer? current, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (current is not null)
            limit.CancelAfter(Patience);
        try
        {
            ServingState state = await registry.FindServingAsync(model, limit.Token);
            if (state.Champion is not { } alias)
                throw await NoChampionAsync(model, cancellationToken);
            if (current is not null)
                limit.CancelAfter(LoadPatience);
            ServedModel champion = IsOf(current?.Model, alias) ? Used(current!.Model) : await LoadAsync(model, alias.Version, alias.Hash, alias.Monitoring, limit.Token);
            return new ModelAnswer(champion, false) { Canary = await RouteAsync(model, state, current?.Canary, limit.Token), Capture = state.Capture is { Keeps: true } capture ? capture : null };
        }
        catch (Exception exception) when (current is not null && exception is not ProblemException && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(exception, "Model {Model}: the champion could not be read; version {Version} goes on answering", model, current.Model.Version);
            return current with { Degraded = true };
        }
        catch (Exception exception) when (exception is not ProblemException && !cancellationToken.IsCancellationRequested)
        {
            logger.LogError(exception, "Model {Model} could not be loaded", model);
            throw new ProblemException(503, $"Model '{model}' cannot be loaded at the moment.", $"Storage did not give it ({exception.GetType().Name}); try again in a few seconds, and see the log if that goes on.");
        }
    }

    /// <summary>The canary's part of the calls. One that cannot be read answers nothing: the champion does.</summary>
    private async Task<CanaryRoute?> RouteAsync(string model, ServingState state, CanaryRoute? current, CancellationToken cancellationToken)
    {
        if (state.Canary is not { CanarySettings: { } settings } canary || canary.Version == state.Champion!.Version)
            return null;
        if (IsOf(current?.Model, canary) && current!.Settings == settings)
        {
            Used(current.Model);
            return current;
        }

        try
        {
            return new CanaryRoute(await LoadAsync(model, canary.Version, canary.Hash, canary.Monitoring, cancellationToken), settings);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(exception, "Canary version {Version} could not be read; the champion answers", canary.Version);
            return null;
        }
    }

    private static bool IsOf(ServedModel? model, ModelAlias alias) => model is not null && model.Version == alias.Version && model.Hash == alias.Hash;

    private async Task<ProblemException> NoChampionAsync(string model, CancellationToken cancellationToken) =>
        await storage.Specs.FindAsync(model, cancellationToken) is null
            ? ProblemException.NotFound($"There is no model '{model}'.", "GET /api/pipelines lists the pipelines; a model has the name of its pipeline.")
            : ProblemException.NotFound($"Model '{model}' has no champion yet.", $"Upload data to incoming/{model}/ and see GET /api/pipelines/{model}/runs for what became of it, or ask for a version with ?version=.");

    private async Task<ServedModel> GetVersionAsync(string model, int version, CancellationToken cancellationToken)
    {
        Loaded? known = loaded.Values.FirstOrDefault(candidate => candidate.Model.Name == model && candidate.Model.Version == version);
        if (known is not null)
        {
            known.LastUsed = time.GetTimestamp();
            return known.Model;
        }

        ModelVersion found = await registry.FindVersionAsync(model, version, cancellationToken)
            ?? throw ProblemException.NotFound($"Model '{model}' has no version {version}.", $"GET /api/models/{model} lists its versions.");
        return await LoadAsync(model, found.Version, found.Hash, found.Monitoring, cancellationToken);
    }

    private async Task<ServedModel> LoadAsync(string model, int version, ContentHash hash, MonitoringSpec monitoring, CancellationToken cancellationToken)
    {
        if (!loaded.TryGetValue((model, hash), out Loaded? entry))
        {
            ModelArtifact artifact = ModelArtifact.Parse(await storage.Content.ReadAsync(hash, cancellationToken));
            entry = loaded.GetOrAdd((model, hash), new Loaded(new ServedModel(model, version, monitoring, artifact)));
            metrics?.Loaded();
            logger.LogInformation(ModelEvents.Loaded, "Model {Model} version {Version} loaded, {Hash}", model, version, hash);
        }

        entry.LastUsed = time.GetTimestamp();
        while ((loaded.Count > options.ModelsInMemory || loaded.Values.Sum(other => other.Bytes) > options.ModelMemory)
            && loaded.MinBy(other => other.Value.LastUsed) is { Value: not null } oldest && oldest.Value != entry)
        {
            // Requests that hold it go on with it; it goes with the last of them.
            loaded.TryRemove(oldest);
            Release(oldest.Value.Model);
        }

        return entry.Model;
    }

    /// <summary>Lets go of an answer with a model that is no longer kept: the next request for it reads it again.</summary>
    private void Release(ServedModel model)
    {
        if (champions.TryGetValue(model.Name, out Slot? slot) && slot.Answer is { } answer && (answer.Model == model || answer.Canary?.Model == model))
            slot.Answer = null;
    }

    /// <summary>A model that answers is not the one that was used least.</summary>
    private ServedModel Used(ServedModel model)
    {
        if (loaded.TryGetValue((model.Name, model.Hash), out Loaded? entry))
            entry.LastUsed = time.GetTimestamp();
        return model;
    }

    private sealed class Slot
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public ModelAnswer? Answer { get; set; }

        public long CheckedAt { get; set; }
    }

    private sealed class Loaded(ServedModel model)
    {
        /// <summary>How much larger a model is in memory than as JSON: the text itself, what it was parsed to, and what was compiled of it.</summary>
        private const int Growth = 4;

        public ServedModel Model { get; } = model;

        /// <summary>About what it takes.</summary>
        public long Bytes { get; } = 65_536 + (Growth * (long)model.Artifact.Json.Length);

        public long LastUsed { get; set; }
    }
}
