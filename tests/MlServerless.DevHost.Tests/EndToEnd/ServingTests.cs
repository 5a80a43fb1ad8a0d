using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace MlServerless.DevHost.Tests.EndToEnd;

/// <summary>The program, an app made with the Worker, and the storage emulator.</summary>
public sealed class ServingTests(StorageFixture storage) : IClassFixture<StorageFixture>
{
    [Fact]
    public async Task Http_Keys_And_Streaming()
    {
        using var folder = new TestAppFolder(storage.ConnectionString);
        await using var host = await folder.StartAsync();
        var (function, hostKey, master, system) = (host.Find("Function key Echo: "), host.Find("Host key: "), host.Find("Master key: "), host.Find("System key: "));

        foreach (var key in new[] { function, hostKey, master })
        {
            var (status, body) = await host.SendAsync(HttpMethod.Post, "/api/echo/7?a=%2F", key, "hi");
            Assert.Equal((HttpStatusCode.OK, "POST /api/echo/7?a=%2F 7 hi"), (status, body));
        }

        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Get, $"/api/echo/7?code={hostKey}")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync(HttpMethod.Get, "/api/echo/7")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync(HttpMethod.Get, "/api/echo/7", system)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync(HttpMethod.Get, "/api/echo/7", host.Find("Function key Secret: "))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync(HttpMethod.Get, "/api/secret", hostKey)).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Get, "/api/secret", master)).Status);
        // A route constraint that is not met and a method that is not listed are both not found.
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(HttpMethod.Get, "/api/echo/x", master)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(HttpMethod.Delete, "/api/echo/7", master)).Status);

        using (var response = await host.Http.GetAsync("/api/stream", HttpCompletionOption.ResponseHeadersRead))
        using (var reader = new StreamReader(await response.Content.ReadAsStreamAsync()))
        {
            Assert.Equal("first", await reader.ReadLineAsync());
            folder.Open("stream.gate");
            Assert.Equal("second", await reader.ReadLineAsync());
        }

        using var upload = new GatedContent(() => folder.TracedAsync("upload begun"));
        using var uploaded = await host.Http.PostAsync("/api/upload", upload);
        Assert.Equal(GatedContent.Length.ToString(CultureInfo.InvariantCulture), await uploaded.Content.ReadAsStringAsync());
        Assert.Equal(0, await host.StopAsync());
    }

    [Fact]
    public async Task Queue_Poison_Timer_Admin_And_Blobs()
    {
        using var folder = new TestAppFolder(storage.ConnectionString);
        folder.Settings["TickSchedule"] = "*/1 * * * * *";
        var jobs = new QueueClient(storage.ConnectionString, folder.Settings["JobsQueue"], new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await jobs.CreateIfNotExistsAsync();
        await jobs.SendMessageAsync("""{"id":"q1","mode":""}""");
        await jobs.SendMessageAsync("""{"id":"bad","mode":"fail"}""");
        var container = new BlobContainerClient(storage.ConnectionString, folder.Container);
        await container.CreateIfNotExistsAsync();
        await container.GetBlobClient("early/a b.csv").UploadAsync(BinaryData.FromString("1"));

        await using var host = await folder.StartAsync();
        Assert.Equal("q1-prepared-worked", await host.EndedAsync("q1"));
        await folder.TracedAsync("tick False", 2);
        var poison = new QueueClient(storage.ConnectionString, folder.Settings["JobsQueue"] + "-poison", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await Waiting.UntilAsync(async () => (await poison.ExistsAsync()).Value && (await poison.PeekMessagesAsync(1)).Value.Length == 1, "a poison message");
        Assert.Equal("""{"id":"bad","mode":"fail"}""", (await poison.PeekMessagesAsync(1)).Value[0].Body.ToString());
        Assert.Equal(["1", "2", "3"], folder.Traces.Where(t => t.Contains("\"fail\"", StringComparison.Ordinal)).Select(t => t.Split(' ')[1]));

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync(HttpMethod.Post, "/admin/functions/OnJob", host.Find("Host key: "), "{}")).Status);
        var byHand = await host.SendAsync(HttpMethod.Post, "/admin/functions/OnJob", host.Find("Master key: "), """{"input":"{\"id\":\"h1\",\"mode\":\"\"}"}""");
        Assert.Equal(HttpStatusCode.Accepted, byHand.Status);
        await host.EndedAsync("h1");

        await folder.TracedAsync("blob ", 1);
        await container.GetBlobClient("late.csv").UploadAsync(BinaryData.FromString("22"));
        await folder.TracedAsync("blob ", 2);
        await container.GetBlobClient("late.csv").UploadAsync(BinaryData.FromString("333"), overwrite: true);
        await folder.TracedAsync("blob ", 3);
        await host.StopAsync();

        await using var again = await folder.StartAsync();
        await container.GetBlobClient("last.csv").UploadAsync(BinaryData.FromString("4"));
        await folder.TracedAsync("blob ", 4);
        var events = folder.Traces.Where(t => t.StartsWith("blob ", StringComparison.Ordinal)).Select(t => JsonDocument.Parse(t[5..]).RootElement).ToList();
        Assert.Equal(["early/a b.csv", "late.csv", "late.csv", "last.csv"], events.Select(e => e.GetProperty("subject").GetString()!.Split("/blobs/")[1]));
        Assert.Equal([1, 2, 3, 1], events.Select(e => e.GetProperty("data").GetProperty("contentLength").GetInt32()));
        Assert.All(events, e => Assert.Matches("^\"0x[0-9A-F]+\"$", e.GetProperty("data").GetProperty("eTag").GetString()));
        var sequencers = events.Select(e => e.GetProperty("data").GetProperty("sequencer").GetString()!).ToList();
        Assert.Equal(sequencers.Order(StringComparer.Ordinal), sequencers);
        Assert.EndsWith("/early/a%20b.csv", events[0].GetProperty("data").GetProperty("url").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Durable_HttpApi()
    {
        using var folder = new TestAppFolder(storage.ConnectionString);
        await using var host = await folder.StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync(HttpMethod.Get, "/runtime/webhooks/durabletask/instances/x", host.Find("Host key: "))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.DurableAsync(HttpMethod.Get, "instances/x")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.DurableAsync(HttpMethod.Post, "orchestrators/Nobody/x", "{}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.DurableAsync(HttpMethod.Post, "orchestrators/Pipeline/x", "{")).Status);

        async Task StartAsync(string function, string id, string json) =>
            Assert.Equal(HttpStatusCode.Accepted, (await host.DurableAsync(HttpMethod.Post, $"orchestrators/{function}/{id}", json)).Status);
        await StartAsync("Pipeline", "e1", """{"id":"e1","mode":"event"}""");
        await StartAsync("Pipeline", "e2", """{"id":"e2","mode":"event"}""");
        await StartAsync("Pipeline", "t1", """{"id":"t1","mode":"timer"}""");
        await StartAsync("Pipeline", "b1", """{"id":"b1","mode":"broken"}""");
        await StartAsync("Parent", "p1", """[{"id":"c1","mode":""},{"id":"c2","mode":"timer"}]""");
        Assert.Equal(HttpStatusCode.Conflict, (await host.DurableAsync(HttpMethod.Post, "orchestrators/Pipeline/e1", "{}")).Status);

        await folder.TracedAsync("prepare e1");
        await folder.TracedAsync("prepare e2");
        await Waiting.UntilAsync(async () => (await host.DurableAsync(HttpMethod.Get, "instances/e1?showHistory=true")).Body.Contains("TaskCompleted", StringComparison.Ordinal), "e1 has its first result");
        Assert.Equal(HttpStatusCode.Accepted, (await host.DurableAsync(HttpMethod.Get, "instances/e1")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await host.DurableAsync(HttpMethod.Post, "instances/e1/suspend?reason=wait")).Status);
        await host.EndedAsync("e1", "Suspended");
        Assert.Equal(HttpStatusCode.BadRequest, (await host.DurableAsync(HttpMethod.Post, "instances/e1/raiseEvent/go", "no json")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await host.DurableAsync(HttpMethod.Post, "instances/e1/raiseEvent/go", "\"-event\"")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await host.DurableAsync(HttpMethod.Post, "instances/e1/resume?reason=on")).Status);
        Assert.Equal("e1-prepared-event-worked", await host.EndedAsync("e1"));
        Assert.Equal(HttpStatusCode.Gone, (await host.DurableAsync(HttpMethod.Post, "instances/e1/raiseEvent/go", "1")).Status);
        Assert.Equal("working", (await host.InstanceAsync("e1")).GetProperty("customStatus").GetString());
        Assert.Equal(HttpStatusCode.Accepted, (await host.DurableAsync(HttpMethod.Post, "instances/e2/terminate?reason=enough")).Status);
        await host.EndedAsync("e2", "Terminated");
        await host.EndedAsync("t1");
        Assert.Equal("c1-prepared-worked,c2-prepared-worked", await host.EndedAsync("p1"));
        Assert.Contains("This work is broken.", await host.EndedAsync("b1", "Failed"), StringComparison.Ordinal);

        var (_, shown) = await host.DurableAsync(HttpMethod.Get, "instances/e1?showHistory=true&showHistoryOutput=true");
        var kinds = JsonDocument.Parse(shown).RootElement.GetProperty("historyEvents").EnumerateArray().Select(e => e.GetProperty("EventType").GetString());
        Assert.Equal(["ExecutionStarted", "TaskCompleted", "ExecutionSuspended", "EventRaised", "ExecutionResumed", "TaskCompleted", "ExecutionCompleted"], kinds);

        Assert.Equal(HttpStatusCode.PreconditionFailed, (await host.DurableAsync(HttpMethod.Post, "instances/e1/rewind?reason=x")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await host.DurableAsync(HttpMethod.Post, "instances/b1/rewind?reason=again")).Status);
        // The Worker answers failures as values, which a rewind keeps: the replay fails again without another call.
        await host.EndedAsync("b1", "Failed");
        Assert.Single(folder.Traces, t => t.StartsWith("work b1-prepared", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Accepted, (await host.DurableAsync(HttpMethod.Post, "instances/t1/restart?restartWithNewInstanceId=false")).Status);
        await folder.TracedAsync("work t1-prepared", 2);
        await host.EndedAsync("t1");

        var (_, list) = await host.DurableAsync(HttpMethod.Get, "instances?runtimeStatus=Completed&instanceIdPrefix=p&top=5");
        Assert.Equal(["p1"], JsonDocument.Parse(list).RootElement.EnumerateArray().Select(i => i.GetProperty("instanceId").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await host.DurableAsync(HttpMethod.Delete, "instances/e1")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.DurableAsync(HttpMethod.Delete, "instances/e1")).Status);
    }

    /// <summary>A body whose second half is sent only when the app has begun to read the first.</summary>
    private sealed class GatedContent(Func<Task> between) : HttpContent
    {
        public const int Length = 2 * 300_000;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(new string('a', Length / 2)));
            await stream.FlushAsync();
            await between();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(new string('b', Length / 2)));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Length;
            return true;
        }
    }
}
