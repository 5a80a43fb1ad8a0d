using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlServerless.Worker.Definitions;
using MlServerless.Worker.Invocation;

namespace MlServerless.Worker;

/// <summary>A built function app.</summary>
public sealed class FunctionsHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Type[] functionClasses;
    private readonly System.Diagnostics.ActivityListener listener = WorkerTelemetry.ListenForLogs();

    internal FunctionsHost(WebApplication app, Type[] functionClasses)
    {
        this.app = app;
        this.functionClasses = functionClasses;
    }

    public IServiceProvider Services => app.Services;

    /// <summary>Where the app listens once it has started.</summary>
    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>
    /// Serves until the process is asked to stop. Returns the exit code, which <c>Main</c> must return: 200 after a clean shutdown (the host
    /// never restarts a handler that exits with 0), 1 when the app could not start; the reason is logged.
    /// </summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken = default)
    {
        ExitCodes.NeverZero();
        try
        {
            await StartAsync(cancellationToken).ConfigureAwait(false);
            await app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
            return ExitCodes.CleanShutdown;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return ExitCodes.CleanShutdown;
        }
#pragma warning disable CA1031 // Whatever it is, it belongs on stdout as a log line and not on stderr as a crash.
        catch (Exception e)
#pragma warning restore CA1031
        {
            app.Logger.LogCritical(e, "The function app could not start: {Reason}", e.Message);
            return ExitCodes.Failure;
        }
        finally
        {
            await app.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Starts to listen and returns.</summary>
    /// <exception cref="FunctionsConfigurationException">Functions, host.json or environment are wrong.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        ListenToTheHostOnly();
        if (app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<FunctionsOptions>>().Value.StartupFaults is { Count: > 0 } faults)
        {
            throw new FunctionsConfigurationException("Settings are wrong:" + Environment.NewLine + string.Join(Environment.NewLine, faults));
        }

        var settings = ReadSettings();
        var set = FunctionSet.Read(functionClasses.Length > 0 ? functionClasses : EntryClasses(), settings.RoutePrefix);
        if (set.Errors.Count > 0)
        {
            throw new FunctionsConfigurationException(string.Join(Environment.NewLine, set.Errors));
        }

        FunctionEndpoints.Map(app, set.Functions, settings);
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops accepting calls and waits for those in flight, as long as the host's shutdown timeout allows.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => app.StopAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        listener.Dispose();
        return app.DisposeAsync();
    }

    /// <summary>
    /// The one address to listen on, whatever the environment says: the handler inherits ASPNETCORE_URLS from the host, and with addresses
    /// set here the server asks no configuration.
    /// </summary>
    private void ListenToTheHostOnly()
    {
        if (FunctionsApplicationBuilder.Port(app.Configuration) is not { } port)
        {
            var text = app.Configuration[FunctionsApplicationBuilder.PortSetting];
            throw new FunctionsConfigurationException(
                $"{FunctionsApplicationBuilder.PortSetting} is {(string.IsNullOrEmpty(text) ? "not set" : $"'{text}', which is no port")}. The Functions host sets it; to start the app by hand, set it to a free port.");
        }

        app.Urls.Clear();
        app.Urls.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
    }

    private HostSettings ReadSettings()
    {
        HostSettings settings;
        try
        {
            settings = HostSettings.Read(Path.Combine(app.Environment.ContentRootPath, "host.json"));
        }
        catch (InvalidDataException e)
        {
            throw new FunctionsConfigurationException(e.Message, e);
        }

        // The host lets settings of these names override its host.json, and hands its environment down to us.
        var prefix = app.Configuration["AzureFunctionsJobHost:extensions:http:routePrefix"];
        var timeout = app.Configuration["AzureFunctionsJobHost:functionTimeout"];
        return new HostSettings(prefix?.Trim('/') ?? settings.RoutePrefix, HostSettings.ParseTimeout(timeout) ?? settings.FunctionTimeout);
    }

    private static Type[] EntryClasses()
        => Assembly.GetEntryAssembly()?.GetExportedTypes() ?? [];
}
