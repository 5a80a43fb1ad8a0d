using System.Net;
using System.Text;
using static MlServerless.DevHost.Tests.Waiting;

namespace MlServerless.DevHost.Tests.Exchanges;

/// <summary>What the DevHost sends equals what the real host sent, but for the volatile values that <see cref="Masking"/> lists.</summary>
public sealed class ExchangeTests(EndToEnd.StorageFixture storage) : IClassFixture<EndToEnd.StorageFixture>, IAsyncLifetime
{
    private const string Http = """{"type":"httpTrigger","direction":"in","name":"req","authLevel":"anonymous","route":"ROUTE"},{"type":"http","direction":"out","name":"res"}""";

    private static readonly Dictionary<string, string> Functions = new()
    {
        ["TimerFn"] = """{"type":"timerTrigger","direction":"in","name":"tmr","schedule":"* * * * * *"}""",
        ["QueueFn"] = """{"type":"queueTrigger","direction":"in","name":"msg","queueName":"QUEUE"},{"type":"queue","direction":"out","name":"outmsg","queueName":"QUEUE-out"}""",
        ["HttpForward"] = Http.Replace("ROUTE", "api/forward/{id}", StringComparison.Ordinal),
        ["HttpStart"] = Http.Replace("ROUTE", "api/start/{kind}", StringComparison.Ordinal) + """,{"type":"durableClient","direction":"out","name":"starter"}""",
        ["HttpClientIn"] = Http.Replace("ROUTE", "api/clientin", StringComparison.Ordinal) + """,{"type":"durableClient","direction":"in","name":"client"}""",
    };

    private static readonly string[] Timer = ["timer"];

    private static readonly string[] Queue =
        ["queue-plain-text", "queue-json", "queue-json-array", "queue-output-array", "queue-output-string-is-base64-decoded",
         "queue-handler-500-attempt1", "queue-handler-500-attempt2", "queue-handler-200-nonjson"];

    private static readonly string[] Slow = ["queue-handler-200-empty-body-HANGS", "orch-activity-function-timeout"];

    private static readonly string[] Forwarded =
        ["http-forwarded-post-json", "http-forwarded-put-binary", "http-forwarded-302", "http-forwarded-503"];

    private static readonly string[] Enveloped =
        ["http-simple-NOT-forwarded-json", "http-simple-NOT-forwarded-octetstream", "http-with-durableClient-in",
         "http-with-durableClient-out-object", "http-with-durableClient-out-jsonstring", "http-chunked-request-body-lost"];

    private static readonly string[] Activities =
        ["activity-object-input-object-return", "activity-string-return", "activity-null-input", "activity-null-return",
         "activity-base64-looking-return", "activity-fails-500", "activity-fails-500-custom-reason", "activity-fails-200-nonjson"];

    /// <summary>Blob triggers are not simulated; the readiness ping has a test of its own.</summary>
    private static readonly string[] Elsewhere =
        ["blob-150MB-head", "blob-20MB-head", "blob-dataType-binary", "blob-text", "readiness-ping"];

    private readonly string _queue = "messages-" + Guid.NewGuid().ToString("N");
    private ReplayHandler _handler = null!;

    public async Task InitializeAsync()
    {
        _handler = await ReplayHandler.StartAsync();
        _handler.Unrecorded = OrchestratorScript.Answer;
    }

    public async Task DisposeAsync() => await _handler.DisposeAsync();

    [Fact]
    public void Recordings_AreAllCompared()
    {
        var orchestrations = RecordedExchange.All.Select(e => e.Name).Where(n => n.StartsWith("orch-", StringComparison.Ordinal));
        string[] compared = [.. Timer, .. Queue, .. Slow, .. Forwarded, .. Enveloped, .. Activities, .. orchestrations, .. Elsewhere];
        Assert.Equal(RecordedExchange.All.Select(e => e.Name).Order(StringComparer.Ordinal), compared.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Timers_And_Queues()
    {
        await using var host = await StartAsync("TimerFn", "QueueFn");
        string[] messages =
        [
            "plain hello", """{"a":1,"b":{"c":"d"},"when":"2026-01-02T03:04:05+02:00"}""", "[1,2,3]", """{"k":"outarr"}""",
            """{"k":"outb64"}""", """{"k":"fail500"}""", """{"k":"badjson"}""",
        ];
        await host.Queues.SendAsync(new(_queue, null), messages.Select(Encoding.UTF8.GetBytes), CancellationToken.None);
        await MetAsync([.. Timer, .. Queue]);

        var sent = new List<byte[]>();
        var output = host.Queues.Client(new(_queue + "-out", null));
        await UntilAsync(async () =>
        {
            foreach (var message in (await output.ReceiveMessagesAsync(10)).Value)
                sent.Add(Convert.FromBase64String(message.Body.ToString()));
            return sent.Count == 3;
        }, "three messages in the output queue");
        // An array is one message per element; a string that is valid base64 arrives as the bytes it stands for.
        Assert.Equal(["m1", """{"k":2}"""], sent.Select(Encoding.UTF8.GetString).Where(t => t is "m1" or """{"k":2}""").Order(StringComparer.Ordinal));
        Assert.Contains(sent, bytes => bytes.SequenceEqual(Convert.FromBase64String("abcd")));

        var poison = host.Queues.Client(new(_queue + "-poison", null));
        await UntilAsync(async () => (await poison.ExistsAsync()).Value && (await poison.GetPropertiesAsync()).Value.ApproximateMessagesCount == 2,
            "both failing messages in the poison queue");
        Assert.Empty(_handler.Unknown);
    }

    [Fact]
    public async Task Forwarded_Http()
    {
        await using var host = await StartAsync("HttpForward");
        using var json = new ByteArrayContent("{\"hello\":\"wörld\"}"u8.ToArray());
        json.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using var posted = await host.CurlAsync("POST", "api/forward/x1?a=1&b=%20c&code=zzz", json, false, ("Cookie", "s=1"), ("X-My", "v"));
        Assert.Equal(HttpStatusCode.Created, posted.StatusCode);
        Assert.Equal("forwarded ok POST", await posted.Content.ReadAsStringAsync());

        // What of the recorded body is no UTF-8 stands there as one character each; 64 bytes were sent.
        using var binary = new ByteArrayContent([.. Enumerable.Range(0, 64).Select(i => (byte)(0x80 + i))]);
        binary.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
        using var put = await host.CurlAsync("PUT", "api/forward/bin", binary);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        using var redirect = await host.CurlAsync("GET", "api/forward/redir");
        Assert.Equal(HttpStatusCode.Found, redirect.StatusCode);
        using var unavailable = await host.CurlAsync("GET", "api/forward/err");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unavailable.StatusCode);
        Assert.Equal("""{"oops":true}""", await unavailable.Content.ReadAsStringAsync());

        using var chunk = new StreamContent(new MemoryStream("{}"u8.ToArray()));
        using var chunked = await host.CurlAsync("POST", "api/forward/x1", chunk, chunked: true);
        Assert.Equal(HttpStatusCode.InternalServerError, chunked.StatusCode);
        await MetAsync(Forwarded);
        Assert.Empty(_handler.Unknown);
    }

    [Fact]
    public async Task Enveloped_Http()
    {
        await using var host = await StartAsync(
            Settings() with { Handler = new() }, HostProfile.Recorded, "HttpForward", "HttpStart", "HttpClientIn", "OrchSeq", "ActA", "ActB");
        using var json = Content("{\"hello\":1}", "application/json");
        using var simple = await host.CurlAsync("POST", "api/forward/x1?a=1", json);
        using var bytes = new ByteArrayContent(Convert.FromBase64String("kRaoJqiBJzMPAOdLKLa8/WqL7WI="));
        bytes.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
        using var octets = await host.CurlAsync("PUT", "api/forward/bin", bytes);
        using var client = await host.CurlAsync("GET", "api/clientin");
        Assert.Equal(HttpStatusCode.OK, client.StatusCode);

        using var one = Content("{\"p\":1}", "application/json");
        using var started = await host.CurlAsync("POST", "api/start/k1?fn=OrchSeq&id=seq1", one);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        Assert.Equal("""{"started":true}""", await started.Content.ReadAsStringAsync());
        Assert.Equal("1", started.Headers.GetValues("X-A").Single());
        using var text = Content("plain text body", "text/plain");
        using var second = await host.CurlAsync("POST", "api/start/k1?fn=OrchSeq&id=seq2&str=1", text);
        Assert.Equal(HttpStatusCode.Accepted, second.StatusCode);
        using var chunk = new StreamContent(new MemoryStream("{\"p\":1}"u8.ToArray()));
        chunk.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using var chunked = await host.CurlAsync("POST", "api/start/chunk?fn=OrchSeq&id=chk1", chunk, chunked: true);
        Assert.Equal(HttpStatusCode.Accepted, chunked.StatusCode);
        await MetAsync(Enveloped);
        Assert.Empty(_handler.Unknown);
    }

    [Theory]
    [InlineData("2.x")]
    [InlineData("3.x")]
    public async Task Durable_Functions(string profile)
    {
        // With one activity at a time the first result comes alone.
        var settings = Settings() with { Durable = new() { MaxConcurrentActivities = 1 } };
        string[] orchestrators = ["OrchSeq", "OrchAll", "OrchFail", "OrchReason", "OrchBadJson", "OrchNoSuch", "OrchCan", "OrchTimerSub", "OrchChild",
            "OrchFanout", "OrchWait", "OrchFailPlain", "OrchFailInner", "OrchFailOom", "OrchHttp500", "OrchNullReturn", "OrchTerminate", "OrchCallsCrash"];
        var partial = new TaskCompletionSource();
        var fanout = 0;
        _handler.Before = async request =>
        {
            if (request.Path == "/ActCrash")
                throw new IOException();
            if (request.Path == "/OrchFanout" && ++fanout == 2)
                partial.TrySetResult();
            if (request.Body.Contains("OrchFanout", StringComparison.Ordinal) && request.Path is "/ActA" or "/ActB" && request.Body.Contains("\"1\\\"", StringComparison.Ordinal))
                await partial.Task.WaitAsync(TimeSpan.FromSeconds(20));
        };
        await using var host = await StartAsync(
            settings, profile == "2.x" ? HostProfile.Recorded : HostProfile.Current,
            [.. orchestrators, "ActA", "ActB", "ActNull", "ActB64", "ActFail", "ActReason", "ActBadJson", "ActCrash"]);

        async Task Start(string function, string id, string input)
        {
            using var response = await host.DurableAsync(HttpMethod.Post, $"orchestrators/{function}/{id}", input);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }

        async Task Act(string id, string operation, string? json = null)
        {
            using var response = await host.DurableAsync(HttpMethod.Post, $"instances/{id}/{operation}", json);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }

        Task Ends(string id, string status) =>
            UntilAsync(async () => await host.StatusAsync(id) == status, $"{id} is {status}");

        await Start("OrchSeq", "seq2", """{"Who":"bench","N":3,"When":"2026-01-02T03:04:05Z"}""");
        await Start("OrchCan", "can1", "0");
        await Start("OrchWait", "w1", "1");
        await Start("OrchWait", "w2", "1");
        foreach (var function in orchestrators.Except(["OrchSeq", "OrchCan", "OrchWait", "OrchChild", "OrchCallsCrash"]))
            await Start(function, function + "-1", "\"in\"");
        await Start("OrchCallsCrash", "cc1", "1");

        await UntilAsync(async () => await host.StatusAsync("w1") == "Running" && await host.StatusAsync("w2") == "Running", "w1 and w2 run");
        await Act("w1", "suspend?reason=hold");
        await Ends("w1", "Suspended");
        await Act("w1", "raiseEvent/ev", """{"z":1}""");
        await Act("w2", "terminate?reason=stopit");
        await UntilAsync(() => _handler.Met.ContainsKey("orch-suborch-completed"), "the child has ended");
        await Act("OrchTimerSub-1", "raiseEvent/go", """{"ev":1}""");

        await MetAsync([.. Activities, .. RecordedExchange.All.Select(e => e.Name)
            .Where(n => n.StartsWith("orch-", StringComparison.Ordinal)).Except(Slow)]);
        foreach (var id in new[] { "seq2", "can1", "w1", "OrchTimerSub-1", "OrchFanout-1", "OrchAll-1" })
            await Ends(id, "Completed");
        foreach (var id in new[] { "OrchFail-1", "OrchReason-1", "OrchBadJson-1", "OrchNoSuch-1", "OrchFailPlain-1", "OrchFailInner-1", "OrchHttp500-1", "OrchNullReturn-1", "OrchTerminate-1" })
            await Ends(id, "Failed");
        Assert.NotEqual("Failed", await host.StatusAsync("OrchFailOom-1"));
        Assert.Empty(_handler.Unknown);
    }

    [Fact]
    public async Task Function_Timeout_KillsTheApp()
    {
        _handler.Before = request => request.Path == "/ActSlow" ? Task.Delay(TimeSpan.FromSeconds(20)) : Task.CompletedTask;
        await using var host = await StartAsync(
            Settings() with { FunctionTimeout = TimeSpan.FromSeconds(1) }, HostProfile.Recorded, "QueueFn", "OrchCallsSlow", "ActSlow");
        await host.Queues.SendAsync(new(_queue, null), ["""{"k":"empty"}"""u8.ToArray()], CancellationToken.None);
        using var started = await host.DurableAsync(HttpMethod.Post, "orchestrators/OrchCallsSlow/cs1", "1");
        await MetAsync(Slow);
        Assert.True(_handler.Kills >= 2);
    }

    private static HostSettings Settings() => new()
    {
        RoutePrefix = "",
        Handler = new() { EnableForwarding = true, EnableProxying = true },
        Queues = new() { MaxDequeueCount = 2 },
        Durable = new() { HubName = "benchhub" },
    };

    private static StringContent Content(string text, string type)
    {
        var content = new StringContent(text);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    private Task<ExchangeHost> StartAsync(params string[] functions) => StartAsync(Settings(), HostProfile.Recorded, functions);

    private Task<ExchangeHost> StartAsync(HostSettings settings, HostProfile profile, params string[] functions) => ExchangeHost.StartAsync(
        _handler, profile, settings, storage.ConnectionString,
        functions.ToDictionary(f => f, f => Functions.GetValueOrDefault(f)?.Replace("QUEUE", _queue, StringComparison.Ordinal) ?? (f.StartsWith("Act", StringComparison.Ordinal)
            ? """{"type":"activityTrigger","direction":"in","name":"input"}"""
            : """{"type":"orchestrationTrigger","direction":"in","name":"context"}""")));

    private Task MetAsync(IEnumerable<string> names) => UntilAsync(
        () => names.All(_handler.Met.ContainsKey),
        () => "requests equal to the recorded ones" + _handler.Explain(names), 20);
}
