using System.Reflection;
using MlServerless.Functions.Http;
using MlServerless.Functions.Security;
using MlServerless.Functions.Telemetry;
using MlServerless.Pipelines.Serving;
using MlServerless.Worker;

namespace MlServerless.Functions.Hosting;

/// <summary>What stands around the pipelines.</summary>
internal static class AppServices
{
    public static IServiceCollection AddSecurity(this IServiceCollection services, AppSettings settings) =>
        services.AddSingleton(new Callers(settings.PlatformAuthenticates)).AddSingleton<IHttpGuard>(provider => new RoleGuard(
            settings.PlatformAuthenticates,
            PackagedKeys.AreDemanded(provider.GetRequiredService<IHostEnvironment>().ContentRootPath, nameof(PredictionFunctions.Predict)),
            provider.GetRequiredService<Callers>(),
            provider.GetRequiredService<ILogger<RoleGuard>>()));

    public static IServiceCollection AddTelemetry(this IServiceCollection services, AppSettings settings) =>
        settings.ExportsTelemetry
            ? services.AddHostedService(provider => new OtlpExport(
                typeof(AppServices).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
                () => ActivatorUtilities.CreateInstance<ServingInstruments>(provider)))
            : services;
}
