using System.Text.Json;
using Google.Protobuf;
using MlServerless.Durable.Protocol;

namespace MlServerless.Worker.Tests.Exchanges;

/// <summary>
/// Every recorded orchestration request, sent to the real server, against what is right for it: <c>expected/{name}.json</c>, written from the
/// protocol's rules. The recorded responses are no oracle.
/// </summary>
public sealed class OrchestrationExchangeTests : IAsyncLifetime
{
    private TestHost host = null!;

    public static TheoryData<string> Names => [.. Exchange.AllNames.Where(n => n.StartsWith("orch-", StringComparison.Ordinal))];

    public async Task InitializeAsync() => host = await TestHost.StartAsync(typeof(BenchOrchestrators));

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Orchestrator_RecordedRequest_AnswersTheRightActions(string name)
    {
        var exchange = Exchange.Load(name);
        Assert.Equal(Expected(name), Formatted(await SendAsync(exchange, exchange.Body)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Orchestrator_UnknownEventKindsAndFields_AreIgnored(string name)
    {
        var exchange = Exchange.Load(name);
        var request = Context(exchange);
        var strange = new List<HistoryEvent>();
        foreach (var e in request.NewEvents)
        {
            strange.Add(Unknown(field: 30));
            strange.Add(new HistoryEvent { EventId = 7, GenericEvent = new GenericEvent { Data = "?" } });
            strange.Add(e);
        }

        request.NewEvents.Clear();
        request.NewEvents.AddRange(strange);
        request.PastEvents.Insert(0, Unknown(field: 23));
        request.OrchestrationTraceContext = new OrchestrationTraceContext { SpanID = "abc" };
        var bytes = request.ToByteArray().Concat(UnknownField(77)).ToArray();
        Assert.Equal(Expected(name), Formatted(await SendAsync(exchange, Wrap(bytes))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Orchestrator_CompletionsToldTwice_ChangeNothing(string name)
    {
        var exchange = Exchange.Load(name);
        var request = Context(exchange);
        var ends = request.PastEvents.Concat(request.NewEvents).Where(e => ((object?)e.TaskCompleted ?? e.TaskFailed ?? (object?)e.TimerFired ?? e.SubOrchestrationInstanceCompleted) is not null).ToList();
        foreach (var e in ends)
        {
            request.NewEvents.Add(e.Clone());
            request.NewEvents.Add(new HistoryEvent { TaskCompleted = new TaskCompletedEvent { TaskScheduledId = 4711, Result = "1" } });
        }

        Assert.Equal(Expected(name), Formatted(await SendAsync(exchange, Wrap(request.ToByteArray()))));
    }

    internal static OrchestratorRequest Context(Exchange exchange)
    {
        using var body = JsonDocument.Parse(exchange.Body);
        var quoted = body.RootElement.GetProperty("Data").GetProperty("context").GetString()!;
        return OrchestratorRequest.Parser.ParseFrom(Convert.FromBase64String(JsonSerializer.Deserialize<string>(quoted)!));
    }

    internal static byte[] Wrap(byte[] context)
        => JsonSerializer.SerializeToUtf8Bytes(new { Data = new { context = JsonSerializer.Serialize(Convert.ToBase64String(context)) }, Metadata = new { sys = new { } } });

    internal static OrchestratorResponse Answer(string json)
    {
        using var body = JsonDocument.Parse(json);
        return OrchestratorResponse.Parser.ParseFrom(Convert.FromBase64String(body.RootElement.GetProperty("ReturnValue").GetString()!));
    }

    private static string Expected(string name)
        => Formatted(JsonParser.Default.Parse<OrchestratorResponse>(File.ReadAllText(Path.Combine(Exchange.Folder, "expected", name + ".json"))));

    private static string Formatted(OrchestratorResponse response)
        => new JsonFormatter(JsonFormatter.Settings.Default.WithIndentation().WithFormatDefaultValues(false)).Format(response);

    private static HistoryEvent Unknown(int field)
        => HistoryEvent.Parser.ParseFrom([8, 5, .. UnknownField(field)]);

    private static byte[] UnknownField(int field)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream))
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFromUtf8("from a later version"));
        }

        return stream.ToArray();
    }

    private async Task<OrchestratorResponse> SendAsync(Exchange exchange, byte[] body)
    {
        using var request = exchange.ToRequest(body);
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return Answer(await response.Content.ReadAsStringAsync());
    }
}
