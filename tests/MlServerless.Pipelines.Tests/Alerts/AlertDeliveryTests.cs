using System.Net;
using System.Text.Json;
using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlServerless.Pipelines.Tests.Alerts;

[Collection(StorageTests.Name)]
public sealed class AlertDeliveryTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();

    [Fact]
    public async Task SettleAsync_Webhook_HearsOfOpeningAndEndAndIsAskedAgainAfterAFault()
    {
        string pipeline = TestRuns.NewPipeline();
        using var listener = new HttpListener();
        string address = $"http://127.0.0.1:{FreePort()}/";
        listener.Prefixes.Add(address);
        listener.Start();
        var heard = new List<string>();
        Task hearing = Task.Run(async () =>
        {
            for (int i = 0; i < 3; i++)
            {
                HttpListenerContext context = await listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                AlertEvent told = JsonSerializer.Deserialize(await reader.ReadToEndAsync(), PipelineJson.Default.AlertEvent)!;
                heard.Add($"{told.EventType} {told.Subject}");
                context.Response.StatusCode = i == 0 ? 500 : 200;
                context.Response.Close();
            }
        });
        using var http = new HttpClient();
        var options = new PipelineOptions { AlertWebhook = new Uri(address) };
        var book = new AlertBook(fixture.Storage, time, NullLogger<AlertBook>.Instance, new AlertDelivery(fixture.Storage, options, http, NullLogger<AlertDelivery>.Instance));
        var condition = new AlertCondition(AlertKinds.Drift, time.GetUtcNow(), "It moved.", new AlertEvidence([], new SortedDictionary<string, double>()));
        await book.SettleAsync(pipeline, AlertParties.None, [AlertKinds.Drift], [condition], CancellationToken.None);
        Assert.False(Assert.Single(await book.ListOpenAsync(pipeline, CancellationToken.None).ToListAsync()).Announced);
        time.Advance(TimeSpan.FromMinutes(2));
        await book.SettleAsync(pipeline, AlertParties.None, [AlertKinds.Drift], [condition], CancellationToken.None);
        Assert.True(Assert.Single(await book.ListOpenAsync(pipeline, CancellationToken.None).ToListAsync()).Announced);
        await book.SettleAsync(pipeline, AlertParties.None, [AlertKinds.Drift], [condition], CancellationToken.None);
        await book.SettleAsync(pipeline, AlertParties.None, [AlertKinds.Drift], [], CancellationToken.None);
        await hearing.WaitAsync(TimeSpan.FromSeconds(20));
        string subject = $"/pipelines/{pipeline}/alerts/drift";
        Assert.Equal([$"MlServerless.AlertOpened {subject}", $"MlServerless.AlertOpened {subject}", $"MlServerless.AlertResolved {subject}"], heard);
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
