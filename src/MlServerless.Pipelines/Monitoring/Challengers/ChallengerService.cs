using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MlServerless.Learning;
using MlServerless.Pipelines.Monitoring.Capture.Rows;
using MlServerless.Pipelines.Monitoring.Feedback;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Specs;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Monitoring.Challengers;

/// <summary>
/// Lets challengers score captured rows again, long after the callers have their answers. Both score what was kept, so that masked columns are missing to
/// both. The newest comparison with each challenger is row <c>challenger:{version}</c> of table <c>monitoring</c>.
/// </summary>
public sealed class ChallengerService(
    IPipelineStorage storage, ModelRegistry registry, ServedModels models, RowCapture captured, FeedbackService feedback, TimeProvider time, ILogger<ChallengerService> logger)
{
    /// <summary>Aliases that begin so name challengers, which are compared by themselves.</summary>
    public const string Alias = "challenger";

    /// <summary>Windows that a comparison looks at when nobody says how many.</summary>
    public const int DefaultWindows = 7;

    public const int MaxWindows = 366;

    /// <summary>Rows that a comparison looks at, the newest windows first.</summary>
    public const int MaxRows = 1_000_000;

    private const string Prefix = "challenger:";
    private const int GroupRows = 512;

    /// <summary>Compares a version with the champion on captured rows, now.</summary>
    /// <exception cref="ProblemException">404: no such model or version, or no captured rows; 409: the version is champion, or predicts something else.</exception>
    public async Task<ChallengerComparison> CompareAsync(string model, int version, int windows, CancellationToken cancellationToken)
    {
        PipelineName.Require(model, "model");
        ServedModel champion = (await models.GetAsync(model, null, cancellationToken)).Model;
        ServedModel challenger = (await models.GetAsync(model, version, cancellationToken)).Model;
        if (challenger.Version == champion.Version)
            throw new ProblemException(409, $"Version {version} is champion.", "Name another version to compare with it.");
        if (challenger.Artifact.Task != champion.Artifact.Task)
            throw new ProblemException(409, $"Version {version} does another task than champion version {champion.Version}.", "Only versions with the same task compare.");
        CaptureSettings? settings = await registry.FindCaptureAsync(model, cancellationToken);
        await captured.FlushAsync(closeAll: false, cancellationToken);

        var tally = new Tally(champion, challenger);
        var replay = new Replay(champion, challenger, tally);
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        var truths = new Dictionary<(string Window, int Version), IReadOnlyDictionary<string, string>>();
        await foreach ((string window, ReadOnlyMemory<byte> lines) in captured.ReadAsync(model, windows, cancellationToken))
        {
            if (tally.Rows + replay.Refused >= MaxRows)
                break;
            seen.Add(window);
            ReadOnlyMemory<byte> rest = lines;
            while (rest.Length > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                rest = rest[replay.ReadGroup(rest.Span, GroupRows)..];
                foreach (int by in replay.Versions)
                {
                    if (!truths.ContainsKey((window, by)))
                        truths[(window, by)] = await TruthsAsync(model, by, window, cancellationToken);
                }

                replay.ScoreGroup((by, key) => truths[(window, by)].GetValueOrDefault(key));
            }
        }

        if (seen.Count == 0 || settings is { Keeps: false })
            throw ProblemException.NotFound($"No rows of model '{model}' were captured.", $"PUT /api/models/{model}/capture keeps them from now on; compare when some have come.");
        ChallengerComparison comparison = tally.Compare(time.GetUtcNow(), [.. seen], replay.Refused, settings?.Mask ?? []);
        await storage.Monitoring.PutAsync(new Row(model, KeyOf(version), JsonSerializer.Serialize(comparison, PipelineJson.Default.ChallengerComparison)), cancellationToken);
        return comparison;
    }

    /// <summary>The newest comparison with a version.</summary>
    public async Task<ChallengerComparison?> FindAsync(string model, int version, CancellationToken cancellationToken) =>
        await storage.Monitoring.FindAsync(PipelineName.Require(model, "model"), KeyOf(version), cancellationToken) is { } row ? Parse(row) : null;

    /// <summary>The newest comparison with every version that was compared, by version.</summary>
    public async IAsyncEnumerable<ChallengerComparison> ListAsync(string model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PipelineName.Require(model, "model");
        await foreach (Row row in storage.Monitoring.QueryAsync(model, Prefix, Prefix + "~", cancellationToken))
            yield return Parse(row);
    }

    /// <summary>Compares the challengers of all models wherever a window with captured rows has ended since the last time, or the champion has changed.</summary>
    /// <returns>How many comparisons were made.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        int made = 0;
        List<(string Model, ModelAlias Alias)> challengers = await registry.ListChallengersAsync(Alias, cancellationToken).ToListAsync(cancellationToken);
        foreach ((string model, ModelAlias challenger) in challengers)
        {
            try
            {
                if (!await IsDueAsync(model, challenger, cancellationToken))
                    continue;
                await CompareAsync(model, challenger.Version, DefaultWindows, cancellationToken);
                made++;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // One that cannot be compared must not keep the others from it.
                logger.LogWarning(exception, "Challenger version {Version} of model {Model} could not be compared", challenger.Version, model);
            }
        }

        return made;
    }

    private async Task<bool> IsDueAsync(string model, ModelAlias challenger, CancellationToken cancellationToken)
    {
        ModelAlias? champion = await registry.FindAliasAsync(model, ModelAlias.Champion, cancellationToken);
        if (champion is null || champion.Version == challenger.Version || await captured.NewestWindowAsync(model, cancellationToken) is not { } newest)
            return false;
        ChallengerComparison? last = await FindAsync(model, challenger.Version, cancellationToken);
        bool ended = MonitoringWindow.TryParse(newest, out MonitoringWindow window) && window.End <= time.GetUtcNow();
        return last is null || last.ChampionVersion != champion.Version || last.ChallengerHash != challenger.Hash
            || (ended && (last.Windows.Count == 0 || last.Windows[^1] != newest || last.At < window.End));
    }

    /// <summary>What is known to be true of the predictions of a version in a window, by their keys.</summary>
    private async Task<IReadOnlyDictionary<string, string>> TruthsAsync(string model, int version, string window, CancellationToken cancellationToken)
    {
        ModelArtifact artifact = (await models.GetAsync(model, version, cancellationToken)).Model.Artifact;
        var truths = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach ((string key, FeedbackEntry entry) in feedback.ReadKeyedAsync(model, version, window, cancellationToken))
            truths[key] = artifact.Task == LearningTask.Regression ? entry.Actual.ToString("R", CultureInfo.InvariantCulture) : artifact.ClassLabels[(int)entry.Actual];
        return truths;
    }

    private static string KeyOf(int version) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{version:D8}");

    private static ChallengerComparison Parse(Row row) => JsonSerializer.Deserialize(row.Json, PipelineJson.Default.ChallengerComparison)!;
}
