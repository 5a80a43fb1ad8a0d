using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlServerless.Worker.Invocation;
using MlServerless.Worker.Logging;

namespace MlServerless.Worker;

/// <summary>Services, configuration and logging of a function app, on a slim web host.</summary>
public sealed class FunctionsApplicationBuilder
{
    internal const string PortSetting = "FUNCTIONS_CUSTOMHANDLER_PORT";
    internal const string RootSetting = "FUNCTIONS_APP_ROOT_PATH";

    // The host itself lets no longer request through; a function's own limit is enforced by its endpoint.
    internal const long MaxHttpBodyBytes = 100L * 1024 * 1024;

    private readonly WebApplicationBuilder builder;
    private readonly Type[] functionClasses;

    internal FunctionsApplicationBuilder(string[] args, Type[] functionClasses)
    {
        this.functionClasses = functionClasses;
        builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // A file watcher on appsettings.json would cost start-up time for files that never change under a deployed app.
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
            ContentRootPath = Environment.GetEnvironmentVariable(RootSetting) is { } root && Directory.Exists(root) ? root : AppContext.BaseDirectory,
        });
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft"] = "Warning",

                // Says nothing from warnings on, but makes an activity for every request while anybody listens; calls have spans of their own.
                ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "None",
            },
        });
        builder.Logging.ClearProviders();
        builder.Logging.Configure(o => o.ActivityTrackingOptions = ActivityTrackingOptions.None);
        AddServices(builder.Services);
        ConfigureServer(builder);
    }

    public IServiceCollection Services => builder.Services;

    public IConfigurationManager Configuration => builder.Configuration;

    public ILoggingBuilder Logging => builder.Logging;

    public FunctionsHost Build()
    {
        builder.Services.AddSingleton(new SingletonTypes(builder.Services));
        return new FunctionsHost(builder.Build(), functionClasses);
    }

    private static void AddServices(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ILoggerProvider>(p => new JsonLinesLoggerProvider(Console.OpenStandardOutput(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<JsonValues>();
        services.AddSingleton<HttpTraffic>();
        services.AddHostedService(p => p.GetRequiredService<HttpTraffic>());
        services.AddOptions<JsonOptions>().Configure<IOptions<FunctionsOptions>>((http, functions) =>
        {
            if (functions.Value.JsonSerializerOptions.TypeInfoResolver is { } resolver)
            {
                http.SerializerOptions.TypeInfoResolverChain.Insert(0, resolver);
            }
        });

        // The slim host leaves regular expressions out of routes; the Functions host knows them.
        services.Configure<RouteOptions>(o => o.SetParameterPolicy<RegexInlineRouteConstraint>("regex"));
    }

    /// <summary>
    /// The handler inherits the host's whole environment: settings there that mean the host's own server must not reach ours.
    /// The address itself is set when the app starts.
    /// </summary>
    private static void ConfigureServer(WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // Drops the endpoints that a "Kestrel" section of the configuration names.
            kestrel.Configure();
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxHttpBodyBytes;

            // The host's front end already guards against slow clients; behind a proxy a slow one is no attack on us.
            kestrel.Limits.MinRequestBodyDataRate = null;
        });

        // Forwarded requests carry the host name that the caller used.
        builder.Services.Configure<HostFilteringOptions>(o => o.AllowedHosts = ["*"]);
    }

    /// <summary>Null when the setting is missing or no port; <see cref="FunctionsHost.StartAsync"/> says so.</summary>
    internal static int? Port(IConfiguration configuration)
        => int.TryParse(configuration[PortSetting], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort ? port : null;
}
