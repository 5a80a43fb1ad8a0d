using MlServerless.Functions.Security;
using MlServerless.Functions.Telemetry;
using MlServerless.Pipelines;
using MlServerless.Storage;

namespace MlServerless.Functions.Hosting;

/// <summary>
/// All that can be set of the app, read once when it starts. Whatever is wrong is in <see cref="Faults"/>, all of it at once; the app then says so and does
/// not start.
/// </summary>
internal sealed class AppSettings
{
    private AppSettings(PipelineOptions pipelines, StorageSettings storage, bool platformAuthenticates, bool exportsTelemetry, IReadOnlyList<string> faults)
    {
        Pipelines = pipelines;
        Storage = storage;
        PlatformAuthenticates = platformAuthenticates;
        ExportsTelemetry = exportsTelemetry;
        Faults = faults;
    }

    public PipelineOptions Pipelines { get; }

    /// <summary>Where the account is; empty where that is among the faults.</summary>
    public StorageSettings Storage { get; }

    /// <summary>Whether built-in authentication stands before the app.</summary>
    public bool PlatformAuthenticates { get; }

    /// <summary>Whether spans and metrics are sent by OTLP.</summary>
    public bool ExportsTelemetry { get; }

    /// <summary>One line each: which setting, what it is, what to write.</summary>
    public IReadOnlyList<string> Faults { get; }

    public static AppSettings Read(IConfiguration configuration)
    {
        var faults = new List<string>();
        PipelineOptions pipelines = PipelineSettings.Read(configuration, faults);
        StorageSettings storage = new();
        try
        {
            storage = StorageSettings.FromConfiguration(configuration);
        }
        catch (StorageSettingsException exception)
        {
            faults.AddRange(exception.Errors);
        }

        string? authentication = configuration[RoleGuard.EnabledSetting];
        bool authenticates = false;
        if (!string.IsNullOrEmpty(authentication) && !bool.TryParse(authentication, out authenticates))
            faults.Add($"{RoleGuard.EnabledSetting} is '{authentication}': the platform sets it to True or False; remove it elsewhere.");

        string? endpoint = configuration[OtlpExport.EndpointSetting];
        bool exports = !string.IsNullOrEmpty(endpoint);
        if (exports && (!Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https")))
            faults.Add($"{OtlpExport.EndpointSetting} is '{endpoint}': write the address of a collector, such as http://localhost:4317.");
        return new AppSettings(pipelines, storage, authenticates, exports, faults);
    }
}
