using Microsoft.Extensions.DependencyInjection;

namespace MlServerless.Worker.Tests;

/// <summary>An app with the given function classes, served by the real server on a free port of this process.</summary>
public sealed class TestHost : IAsyncDisposable
{
    private readonly FunctionsHost host;

    private TestHost(FunctionsHost host)
    {
        this.host = host;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = host.Address };
    }

    public HttpClient Client { get; }

    public Recorder Recorder => host.Services.GetRequiredService<Recorder>();

    public static Task<TestHost> StartAsync(params Type[] functions) => StartAsync(_ => { }, functions);

    public static async Task<TestHost> StartAsync(Action<FunctionsApplicationBuilder> configure, params Type[] functions)
    {
        var builder = FunctionsApplication.CreateBuilder(
            ["--FUNCTIONS_CUSTOMHANDLER_PORT=0", "--AzureFunctionsJobHost:extensions:http:routePrefix=", "--Logging:LogLevel:Default=None"],
            functions);
        builder.Services.AddSingleton<Recorder>();
        configure(builder);
        var host = builder.Build();
        await host.StartAsync();
        return new TestHost(host);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await host.StopAsync();
        await host.DisposeAsync();
    }
}
