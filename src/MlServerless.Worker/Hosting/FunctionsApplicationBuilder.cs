using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.AspNetCore.Server.Kestrel.Core;
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
            },
        });
        builder.Logging.ClearProviders();
        AddServices(builder.Services);
        ListenToTheHostOnly(builder.WebHost);
    }

    public IServiceCollection Services => builder.Services;

    public IConfigurationManager Configuration => builder.Configuration;

    public ILoggingBuilder Logging => builder.Logging;

    public FunctionsHost Build() => new(builder.Build(), functionClasses);

    private static void AddServices(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ILoggerProvider>(p => new JsonLinesLoggerProvider(Console.OpenStandardOutput(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<JsonValues>();
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
    /// The handler inherits the host's whole environment, with the host's own public URL in it: every way in which
    /// that could become ours is closed.
    /// </summary>
    private static void ListenToTheHostOnly(IWebHostBuilder web)
    {
        web.UseSetting(WebHostDefaults.ServerUrlsKey, "");
        web.UseSetting(WebHostDefaults.HttpPortsKey, "");
        web.UseSetting(WebHostDefaults.HttpsPortsKey, "");
        web.UseSetting(WebHostDefaults.PreferHostingUrlsKey, "false");
        web.ConfigureKestrel((context, kestrel) =>
        {
            kestrel.Configure();
            kestrel.Listen(IPAddress.Loopback, Port(context.Configuration));
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxHttpBodyBytes;

            // The host's front end already guards against slow clients; behind a proxy a slow one is no attack on us.
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
    }

    private static int Port(IConfiguration configuration)
    {
        var text = configuration[PortSetting];
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort)
        {
            return port;
        }

        throw new FunctionsConfigurationException(
            $"{PortSetting} is {(string.IsNullOrEmpty(text) ? "not set" : $"'{text}', which is no port")}. The Functions host sets it; to start the app by hand, set it to a free port.");
    }
}
