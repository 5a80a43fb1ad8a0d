using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MlServerless.Functions.Hosting;
using MlServerless.Functions.Http;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Ports;
using MlServerless.Soak.Storage;
using MlServerless.Worker;

namespace MlServerless.Soak.Fuzz;

/// <summary>The app with all its functions on a port of this machine, on storage in memory.</summary>
internal sealed class FuzzedApp : IAsyncDisposable
{
    private readonly FunctionsHost host;

    private FuzzedApp(FunctionsHost host, HttpClient client)
    {
        this.host = host;
        Client = client;
    }

    public HttpClient Client { get; }

    /// <param name="platformAuthenticates">Whether the app believes that the platform has signed callers in.</param>
    public static async Task<FuzzedApp> StartAsync(bool platformAuthenticates = false)
    {
        Type[] classes = typeof(HealthFunctions).Assembly.GetExportedTypes();
        FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder([], classes);
        builder.Configuration["FUNCTIONS_CUSTOMHANDLER_PORT"] = "0";
        builder.Configuration["AzureFunctionsJobHost:extensions:http:routePrefix"] = "";
        builder.Configuration["AzureWebJobsStorage"] = "UseDevelopmentStorage=true";
        builder.Configuration["MlServerless:DefaultModel"] = SampleModel.Name;
        builder.Logging.ClearProviders();
        AppSettings settings = AppSettings.Read(builder.Configuration);
        if (settings.Faults.Count > 0)
            throw new InvalidOperationException(string.Join('\n', settings.Faults));
        builder.Services.AddPipelines(settings);

        // Keys are the host's business; here every route is open without them, so that what is behind it is reached.
        var callers = new Callers(platformAuthenticates);
        builder.Services.AddSingleton(callers).AddSingleton<IHttpGuard>(new RoleGuard(platformAuthenticates, keysAreDemanded: !platformAuthenticates, callers, NullLogger<RoleGuard>.Instance));
        var storage = new MemoryStorage();
        builder.Services.Replace(ServiceDescriptor.Singleton<IPipelineStorage>(storage));
        FunctionsHost host = builder.Build();
        await SampleModel.PromoteAsync(storage);
        await host.StartAsync();
        return new FuzzedApp(host, new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = host.Address, Timeout = TimeSpan.FromSeconds(20) });
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await host.StopAsync();
        await host.DisposeAsync();
    }
}
