using System.Globalization;
using MlServerless.Data;
using MlServerless.Pipelines;

namespace MlServerless.Functions.Hosting;

/// <summary>Reads <see cref="PipelineOptions"/> from the configuration, where a setting is named e.g. <c>MlServerless__StepDeadline</c>.</summary>
internal static class PipelineSettings
{
    /// <param name="faults">Gets a line for every setting that cannot be read or is not known.</param>
    public static PipelineOptions Read(IConfiguration configuration, ICollection<string> faults)
    {
        var options = new PipelineOptions();
        IReadOnlyList<Setting> known = Of(options);
        foreach (IConfigurationSection given in configuration.GetSection(PipelineOptions.Section).GetChildren())
        {
            string name = $"{PipelineOptions.Section}__{given.Key}";
            if (known.FirstOrDefault(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } setting)
                faults.Add($"{name} is no setting of this app. Known: {string.Join(", ", known.Select(candidate => candidate.Name))}.");
            else if (given.Value is not { } text)
                faults.Add($"{setting.Name} has parts of its own ({string.Join(", ", given.GetChildren().Select(child => $"{name}__{child.Key}"))}); it is one value.");
            else if (!setting.TrySet(text))
                faults.Add($"{setting.Name} is '{text}': write {setting.Allowed}.");
        }

        return options;
    }

    /// <summary>Every setting, with its default, bound to <paramref name="options"/>.</summary>
    public static IReadOnlyList<Setting> Of(PipelineOptions options)
    {
        TimeSpan second = TimeSpan.FromSeconds(1);
        return
        [
            Time(nameof(options.StepDeadline), "how long one step may take before it is cancelled and tried again; keep it below `functionTimeout` of `host.json`", options.StepDeadline, second, value => options.StepDeadline = value),
            Time(nameof(options.ClaimDeadline), "how long a claimed run may wait before the sweep starts it again", options.ClaimDeadline, second, value => options.ClaimDeadline = value),
            Time(nameof(options.EventDeadline), "how old an upload must be before the sweep takes its event for lost", options.EventDeadline, second, value => options.EventDeadline = value),
            Time(nameof(options.DeathBackOff), "how long a step waits that has killed the process twice; the host stops at three deaths in half an hour", options.DeathBackOff, TimeSpan.Zero, value => options.DeathBackOff = value),
            Time(nameof(options.StorageTimeout), "how long a request to storage may go without an answer before it is sent again", "00:00:20 for rows and messages, 00:01:40 for blobs", second, value => options.StorageTimeout = value),
            Number(nameof(options.MaxAttempts), "attempts at a run before it is `lost`", options.MaxAttempts, 1, 100, value => options.MaxAttempts = (int)value),
            Number(nameof(options.Threads), "threads for training and scoring; results do not depend on it", null, 1, 1024, value => options.Threads = (int)value),
            Number(nameof(options.MemoryBudget), "bytes that one step may take", options.MemoryBudget, 1_000_000, long.MaxValue, value => options.MemoryBudget = value),
            Number(nameof(options.MaxDecodedBytes), "bytes that a gzip upload may decode to", options.MaxDecodedBytes, 1_000_000, long.MaxValue, value => options.MaxDecodedBytes = value),
            Number(nameof(options.PartBytes), "bytes after which a data part ends at the next row end", options.PartBytes, 1024, 1 << 30, value => options.PartBytes = (int)value),
            Time(nameof(options.StoreGrace), "how long content that nothing names is kept", options.StoreGrace, TimeSpan.FromHours(1), value => options.StoreGrace = value),
            Time(nameof(options.AliasAge), "how old the answer to \"which version is champion\" may be", options.AliasAge, TimeSpan.Zero, value => options.AliasAge = value),
            Number(nameof(options.ModelsInMemory), "models that a process keeps loaded", options.ModelsInMemory, 1, 10_000, value => options.ModelsInMemory = (int)value),
            Number(nameof(options.ModelMemory), "bytes that loaded models may take together", options.ModelMemory, 1_000_000, long.MaxValue, value => options.ModelMemory = value),
            Time(nameof(options.SketchInterval), "how soon a prediction is in the stored sketch", options.SketchInterval, second, value => options.SketchInterval = value),
            Text(nameof(options.DefaultModel), "the model that `POST /invocations` asks, which names none", value => options.DefaultModel = value),
            Flag(nameof(options.GenericErrors), "whether refused predictions are told nothing but that, for endpoints that strangers may call", options.GenericErrors, value => options.GenericErrors = value),
            Address(nameof(options.AlertWebhook), "where alerts are posted as they open and end, as an Event Grid event each", value => options.AlertWebhook = value),
            Time(nameof(options.TrafficInterval), "how often a process logs how many HTTP calls it answered and how many failed", options.TrafficInterval, second, value => options.TrafficInterval = value),
        ];
    }

    private static Setting Time(string name, string meaning, TimeSpan value, TimeSpan least, Action<TimeSpan> set) =>
        Time(name, meaning, value.ToString(null, CultureInfo.InvariantCulture), least, set);

    private static Setting Time(string name, string meaning, string value, TimeSpan least, Action<TimeSpan> set) =>
        new($"{PipelineOptions.Section}__{name}", meaning, value, $"hours:minutes:seconds of at least {least}", text =>
        {
            bool allowed = DurationText.TryParse(text, out TimeSpan given) && given >= least;
            if (allowed)
                set(given);
            return allowed;
        });

    /// <param name="value">Null: the number of processors.</param>
    private static Setting Number(string name, string meaning, long? value, long least, long greatest, Action<long> set) =>
        new(
            $"{PipelineOptions.Section}__{name}",
            meaning,
            value?.ToString(CultureInfo.InvariantCulture) ?? "all",
            string.Create(CultureInfo.InvariantCulture, $"a whole number {(greatest == long.MaxValue ? $"of at least {least}" : $"from {least} to {greatest}")}"),
            text =>
            {
                bool allowed = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long given) && given >= least && given <= greatest;
                if (allowed)
                    set(given);
                return allowed;
            });

    private static Setting Text(string name, string meaning, Action<string?> set) =>
        new($"{PipelineOptions.Section}__{name}", meaning, "none", "a name", text =>
        {
            set(text.Length > 0 ? text : null);
            return true;
        });

    private static Setting Address(string name, string meaning, Action<Uri?> set) =>
        new($"{PipelineOptions.Section}__{name}", meaning, "none", "an address that begins with https:// or http://", text =>
        {
            bool allowed = Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);
            if (allowed || text.Length == 0)
                set(allowed ? address : null);
            return allowed || text.Length == 0;
        });

    private static Setting Flag(string name, string meaning, bool value, Action<bool> set) =>
        new($"{PipelineOptions.Section}__{name}", meaning, value ? "true" : "false", "true or false", text =>
        {
            bool allowed = bool.TryParse(text, out bool given);
            if (allowed)
                set(given);
            return allowed;
        });
}
