using System.Text;
using System.Text.Json;

namespace MlServerless.Worker.Tests.Exchanges;

/// <summary>Every recorded call of another trigger, sent to the real server: the function gets the right value and the host the right answer.</summary>
public sealed class TriggerExchangeTests
{
    private const string Empty = """{"Outputs":{},"Logs":[],"ReturnValue":null}""";
    private const string Proxying = "enableProxyingHttpRequest";
    private static readonly DateTimeOffset When = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly BenchInput FromA = new(null, 0, null, [1, 2, 3], true);

    /// <summary>Name of the recording, what the activity was given (as JSON), and its envelope.</summary>
    public static TheoryData<string, object?, string> Activities => new()
    {
        { "activity-base64-looking-return", null, """{"ok":true,"value":"aGVsbG8="}""" },
        { "activity-fails-200-nonjson", "in", """{"ok":false,"error":{"type":"MlServerless.Worker.NonRetriableException","message":"Kaboom in activity","retriable":false}}""" },
        { "activity-fails-500-custom-reason", "in ActReason 93a5c9c4-16e4-4cd3-bb8b-54b358447211 4.1037.0.0", """{"ok":true,"value":1.10}""" },
        { "activity-fails-500", """{"fromA":[1,2,3],"ok":true}""", """{"ok":false,"error":{"type":"System.InvalidOperationException","message":"activity boom","retriable":true,"inner":{"type":"System.FormatException","message":"because","retriable":true}}}""" },
        { "activity-null-input", null, """{"ok":true,"value":null}""" },
        { "activity-null-return", """{"json":"in a string"}""", """{"ok":true,"value":null}""" },
        { "activity-object-input-object-return", new BenchInput("bench", 3, When, null, null), """{"ok":true,"value":{"who":"bench","n":3,"when":"2026-01-02T03:04:05+00:00","fromA":null,"ok":null}}""" },
        { "activity-string-return", FromA, """{"ok":true,"value":"from 1"}""" },
    };

    public static TheoryData<string, Type, object> Queues => new()
    {
        { "queue-plain-text", typeof(BenchQueues.OfMessage), new QueueMessage("plain hello", "550f9444-8f04-4578-8abd-6608d1efbdaf", 1) },
        { "queue-plain-text", typeof(BenchQueues.OfText), "plain hello" },
        { "queue-json", typeof(BenchQueues.OfText), """{"a":1,"b":{"c":"d"},"when":"2026-01-02T03:04:05+02:00"}""" },
        { "queue-json", typeof(BenchQueues.OfMessage), new QueueMessage("""{"a":1,"b":{"c":"d"},"when":"2026-01-02T03:04:05+02:00"}""", "02d64c19-4e2e-4542-8d85-7d294d9c0cc8", 1) },
        { "queue-json", typeof(BenchQueues.OfPayload), new BenchQueues.Payload(1, new() { ["c"] = "d" }, new(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2))) },
        { "queue-json-array", typeof(BenchQueues.OfArray), new[] { 1, 2, 3 } },
        { "queue-json-array", typeof(BenchQueues.OfText), "[1,2,3]" },
        { "queue-handler-200-empty-body-HANGS", typeof(BenchQueues.OfMessage), new QueueMessage("""{"k":"empty"}""", "2e590605-c417-447f-aec0-7e9664f8060e", 2) },
        { "queue-handler-200-nonjson", typeof(BenchQueues.OfText), """{"k":"badjson"}""" },
        { "queue-handler-500-attempt1", typeof(BenchQueues.OfMessage), new QueueMessage("""{"k":"fail500"}""", "e5125edb-e56c-452f-bcd7-276611d49d98", 1) },
        { "queue-handler-500-attempt2", typeof(BenchQueues.OfMessage), new QueueMessage("""{"k":"fail500"}""", "e5125edb-e56c-452f-bcd7-276611d49d98", 2) },
        { "queue-output-array", typeof(BenchQueues.OfText), """{"k":"outarr"}""" },
        { "queue-output-string-is-base64-decoded", typeof(BenchQueues.OfText), """{"k":"outb64"}""" },
    };

    /// <summary>Name, answer's status, what the function noted (null when it must not run), part of the answer's body.</summary>
    public static TheoryData<string, int, string?, string> HttpCalls => new()
    {
        { "http-forwarded-post-json", 201, "POST x1 a=1 b= c application/json 7B2268656C6C6F223A2277C3B6726C64227D", "forwarded ok POST" },
        { "http-forwarded-put-binary", 201, "PUT bin a= b= application/octet-stream ", "forwarded ok PUT" },
        { "http-forwarded-302", 302, "GET redir a= b=  ", "" },
        { "http-forwarded-503", 503, "GET err a= b=  ", "{\"oops\":true}" },
        { "http-simple-NOT-forwarded-json", 200, null, Proxying },
        { "http-simple-NOT-forwarded-octetstream", 200, null, Proxying },
        { "http-with-durableClient-in", 200, null, Proxying },
        { "http-with-durableClient-out-jsonstring", 200, null, Proxying },
        { "http-with-durableClient-out-object", 200, null, Proxying },
        { "http-chunked-request-body-lost", 200, null, Proxying },
    };

    /// <summary>Triggers that the programming model leaves out, bound to a string to show that the value is found; the big ones were recorded without their end.</summary>
    public static TheoryData<string, int, string?> Blobs => new()
    {
        { "blob-text", 200, "aGVsbG8gYmxvYiB3w7ZybGQ=" },
        { "blob-dataType-binary", 200, "RtCGgkCX5KOVz/" },
        { "blob-20MB-head", 500, null },
        { "blob-150MB-head", 500, null },
    };

    [Fact]
    public void Exchanges_EveryFile_IsReadByATest()
    {
        IEnumerable<string> read =
        [
            .. NamesOf(Activities),
            .. NamesOf(Queues),
            .. NamesOf(HttpCalls),
            .. NamesOf(Blobs),
            .. NamesOf(OrchestrationExchangeTests.Names),
            "timer",
            "readiness-ping",
            Hosting.ProcessTests.EnvironmentExchange,
        ];
        Assert.Equal(Exchange.AllNames, read.Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Activities))]
    public async Task Activity_RecordedRequest_GetsItsInputAndAnswersAnEnvelope(string name, object? input, string envelope)
    {
        await using var host = await TestHost.StartAsync(typeof(BenchFunctions));
        var (status, body) = await SendAsync(host, name);
        Assert.Equal(200, status);
        AssertSame(input, host.Recorder.Single());
        using var answer = JsonDocument.Parse(body);
        Assert.Equal(envelope, answer.RootElement.GetProperty("ReturnValue").GetString());
        Assert.Equal(JsonValueKind.Object, answer.RootElement.GetProperty("Outputs").ValueKind);
    }

    [Theory]
    [MemberData(nameof(Queues))]
    public async Task Queue_RecordedRequest_GetsItsMessage(string name, Type function, object message)
    {
        await using var host = await TestHost.StartAsync(function);
        var (_, body) = await SendAsync(host, name);
        AssertSame(message, host.Recorder.Single());
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(body).RootElement.ValueKind);
    }

    [Theory]
    [InlineData("queue-json-array", Empty)]
    [InlineData("queue-plain-text", """{"Outputs":{"starter":{"FunctionName":"Pipeline","InstanceId":"run-1","Input":{"hash":"abc","parts":3}}},"Logs":[],"ReturnValue":null}""")]
    [InlineData("queue-json", """{"Outputs":{"starter":[{"FunctionName":"Pipeline","InstanceId":"run-1","Input":{"$json":"1.50"}},{"FunctionName":"Other","InstanceId":"run-2","Input":{"$json":"\u00222026-01-02T03:04:05\u002B02:00\u0022"}}]},"Logs":[],"ReturnValue":null}""")]
    public async Task Queue_OrchestrationStarts_GoThroughTheDurableClientOutput(string name, string answer)
    {
        await using var host = await TestHost.StartAsync(typeof(BenchQueues.ThatStarts));
        Assert.Equal((200, answer), await SendAsync(host, name));
    }

    [Fact]
    public async Task Queue_MessageThatDoesNotFitItsType_AnswersFailureWithReason()
    {
        await using var host = await TestHost.StartAsync(typeof(BenchQueues.OfArray));
        using var request = Exchange.Load("queue-plain-text").ToRequest();
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(500, (int)response.StatusCode);
        Assert.StartsWith("JsonException: ", response.ReasonPhrase, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.ValueKind);
        Assert.Empty(host.Recorder.Values);
    }

    [Fact]
    public async Task Timer_RecordedRequest_GetsItsTimerInfo()
    {
        await using var host = await TestHost.StartAsync(typeof(BenchFunctions));
        Assert.Equal((200, Empty), await SendAsync(host, "timer"));
        Assert.Equal(new TimerInfo(false, null), host.Recorder.Single());
    }

    [Fact]
    public async Task Readiness_RecordedPing_AnswersAJsonObject()
    {
        await using var host = await TestHost.StartAsync(typeof(BenchFunctions));
        Assert.Equal((200, Empty), await SendAsync(host, "readiness-ping"));
    }

    [Theory]
    [MemberData(nameof(HttpCalls))]
    public async Task Http_RecordedRequest_AnswersTheCaller(string name, int status, string? noted, string answer)
    {
        await using var host = await TestHost.StartAsync(typeof(BenchFunctions));
        var (actual, body) = await SendAsync(host, name);
        Assert.Equal(status, actual);
        Assert.Contains(answer, body, StringComparison.Ordinal);
        if (noted is null)
        {
            Assert.Empty(host.Recorder.Values);
            Assert.Equal(501, JsonDocument.Parse(body).RootElement.GetProperty("Outputs").GetProperty("res").GetProperty("statusCode").GetInt32());
        }
        else
        {
            var hex = noted.EndsWith("stream ", StringComparison.Ordinal) ? Convert.ToHexString(Exchange.Load(name).Body) : "";
            Assert.Equal(noted + hex, host.Recorder.Single());
        }
    }

    [Theory]
    [MemberData(nameof(Blobs))]
    public async Task Blob_RecordedRequest_ValueIsFoundAndBrokenOnesAreRefused(string name, int status, string? value)
    {
        await using var host = await TestHost.StartAsync(typeof(BenchFunctions));
        var (actual, body) = await SendAsync(host, name);
        Assert.Equal(status, actual);
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(body).RootElement.ValueKind);
        if (value is null)
        {
            Assert.Empty(host.Recorder.Values);
        }
        else
        {
            Assert.StartsWith(value, Assert.IsType<string>(host.Recorder.Single()), StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> NamesOf(System.Collections.IEnumerable data) => data.Cast<object[]>().Select(d => (string)d[0]);

    private static void AssertSame(object? expected, object? actual)
    {
        Assert.Equal(expected?.GetType(), actual?.GetType());
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));
    }

    private static async Task<(int Status, string Body)> SendAsync(TestHost host, string name)
    {
        using var request = Exchange.Load(name).ToRequest();
        using var response = await host.Client.SendAsync(request);
        return ((int)response.StatusCode, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()));
    }
}
