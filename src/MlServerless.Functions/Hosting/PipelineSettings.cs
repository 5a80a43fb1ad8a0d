using System.Globalization;
using MlServerless.Pipelines;

namespace MlServerless.Functions.Hosting;

/// <summary>Reads <see cref="PipelineOptions"/> from the configuration, where a setting is named e.g. <c>MlServerless__StepDeadline</c>.</summary>
internal static class PipelineSettings
{
    /// <exception cref="InvalidOperationException">Settings that cannot be read, all of them at once.</exception>
    public static PipelineOptions Read(IConfiguration configuration)
    {
        var options = new PipelineOptions();
        var faults = new List<string>();
        IConfigurationSection section = configuration.GetSection(PipelineOptions.Section);
        void Time(string name, TimeSpan least, Action<TimeSpan> set)
        {
            if (section[name] is not { } text)
                return;
            if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan value) && value >= least)
                set(value);
            else
                faults.Add($"{PipelineOptions.Section}__{name} is '{text}': write hours:minutes:seconds of at least {least}.");
        }

        void Number(string name, long least, long greatest, Action<long> set)
        {
            if (section[name] is not { } text)
                return;
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value >= least && value <= greatest)
                set(value);
            else
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"{PipelineOptions.Section}__{name} is '{text}': write a whole number from {least} to {greatest}."));
        }

        options.DefaultModel = section[nameof(options.DefaultModel)] is { Length: > 0 } model ? model : null;
        if (section[nameof(options.GenericErrors)] is { } generic)
        {
            if (bool.TryParse(generic, out bool value))
                options.GenericErrors = value;
            else
                faults.Add($"{PipelineOptions.Section}__{nameof(options.GenericErrors)} is '{generic}': write true or false.");
        }

        TimeSpan second = TimeSpan.FromSeconds(1);
        Time(nameof(options.StepDeadline), second, value => options.StepDeadline = value);
        Time(nameof(options.ClaimDeadline), second, value => options.ClaimDeadline = value);
        Time(nameof(options.EventDeadline), second, value => options.EventDeadline = value);
        Time(nameof(options.DeathBackOff), TimeSpan.Zero, value => options.DeathBackOff = value);
        Time(nameof(options.StoreGrace), TimeSpan.FromHours(1), value => options.StoreGrace = value);
        Time(nameof(options.AliasAge), TimeSpan.Zero, value => options.AliasAge = value);
        Time(nameof(options.SketchInterval), second, value => options.SketchInterval = value);
        Number(nameof(options.MaxAttempts), 1, 100, value => options.MaxAttempts = (int)value);
        Number(nameof(options.Threads), 1, 1024, value => options.Threads = (int)value);
        Number(nameof(options.MemoryBudget), 1_000_000, long.MaxValue, value => options.MemoryBudget = value);
        Number(nameof(options.PartBytes), 1024, 1 << 30, value => options.PartBytes = (int)value);
        Number(nameof(options.MaxDecodedBytes), 1_000_000, long.MaxValue, value => options.MaxDecodedBytes = value);
        Number(nameof(options.ModelsInMemory), 1, 10_000, value => options.ModelsInMemory = (int)value);
        return faults.Count == 0 ? options : throw new InvalidOperationException("Settings cannot be read:\n" + string.Join('\n', faults));
    }
}
