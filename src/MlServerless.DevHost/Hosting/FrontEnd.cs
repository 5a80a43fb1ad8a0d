using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MlServerless.DevHost.Durable;
using MlServerless.DevHost.Http;
using MlServerless.DevHost.Keys;

namespace MlServerless.DevHost.Hosting;

/// <summary>The web server that callers meet, on 127.0.0.1.</summary>
internal static class FrontEnd
{
    public static WebApplication Build(int port, ILoggerFactory logs)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = HostSettings.MaxRequestBytes;
            // A body that comes slowly is the app's affair.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton(logs);
        builder.Services.AddRouting();
        builder.Services.AddHttpForwarder();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(2));
        return builder.Build();
    }

    public static void Map(WebApplication web, AppDefinition app, KeyStore keys, HttpFunctionCaller caller, AdminApi admin, DurableHttpApi durable)
    {
        web.UseRouting();
        web.UseNotFoundForMethods();
        web.MapHttpFunctions(app, keys, caller);
        admin.Map(web);
        durable.Map(web);
        if (!app.Functions.Any(f => f.Http is not null && HttpFunctionEndpoints.Template(app, f).Length == 0))
            web.MapGet("/", () => Results.Text($"The DevHost serves {app.Functions.Count} functions of {app.Folder}."));
    }
}
