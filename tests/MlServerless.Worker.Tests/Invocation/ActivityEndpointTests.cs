using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace MlServerless.Worker.Tests.Invocation;

public sealed class ActivityEndpointTests
{
    [Theory]
    [InlineData("Heeds", "Deadline")]
    [InlineData("Ignores", "Deadline")]
    public async Task Activity_PastItsDeadline_IsARetriableFailure(string function, string type)
    {
        Slow.Release.Reset();
        await using var host = await TestHost.StartAsync(
            b => b.Services.Configure<FunctionsOptions>(o =>
            {
                o.ActivityDeadline = TimeSpan.FromMilliseconds(30);
                o.ActivityGracePeriod = function == "Heeds" ? TimeSpan.FromMinutes(5) : TimeSpan.FromMilliseconds(30);
            }),
            typeof(Slow));
        try
        {
            var envelope = await CallAsync(host, function, "\"x\"");
            Assert.False(envelope.GetProperty("ok").GetBoolean());
            Assert.Equal(type, envelope.GetProperty("error").GetProperty("type").GetString());
            Assert.True(envelope.GetProperty("error").GetProperty("retriable").GetBoolean());
        }
        finally
        {
            Slow.Release.Set();
        }
    }

    [Theory]
    [InlineData("00:30:00", 25)]
    [InlineData(null, 25)]
    [InlineData("nonsense", 25)]
    [InlineData("-1", null)]
    public void Deadline_ByDefault_IsWellBelowTheHostsTimeout(string? functionTimeout, int? minutes)
        => Assert.Equal(
            minutes is { } m ? TimeSpan.FromMinutes(m) : Timeout.InfiniteTimeSpan,
            Worker.Invocation.ActivityEndpoint.DefaultDeadline(Worker.Definitions.HostSettings.ParseTimeout(functionTimeout)));

    [Fact]
    public async Task Activity_InputThatDoesNotFit_IsANonRetriableFailure()
    {
        await using var host = await TestHost.StartAsync(typeof(Plain));
        var envelope = await CallAsync(host, "Square", "\"many\"");
        Assert.Contains("The input of activity 'Square' is not a Int32", envelope.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.False(envelope.GetProperty("error").GetProperty("retriable").GetBoolean());
    }

    [Fact]
    public async Task Activity_EachCall_HasItsOwnInstanceAndScopeAndIsDisposed()
    {
        await using var host = await TestHost.StartAsync(b => b.Services.AddScoped<Scoped>(), typeof(Plain));
        var first = await CallAsync(host, "Square", "7");
        var second = await CallAsync(host, "Square", "8");
        Assert.Equal((49, 64), (first.GetProperty("value").GetInt32(), second.GetProperty("value").GetInt32()));
        Assert.Equal(["disposed", "disposed"], host.Recorder.Values.OfType<string>());
        Assert.Equal(2, host.Recorder.Values.OfType<Scoped>().Distinct().Count());
    }

    [Fact]
    public async Task Activity_CallThatIsNoCall_IsAFailureInAnEnvelope()
    {
        await using var host = await TestHost.StartAsync(typeof(Plain));
        using var content = new StringContent("""{"Data":{"other":"1"}}""");
        using var response = await host.Client.PostAsync(new Uri("/Square", UriKind.Relative), content);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Contains("no value for the binding", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> CallAsync(TestHost host, string function, string input)
    {
        var body = new { Data = new { input = JsonSerializer.Serialize(input) }, Metadata = new { input = "\"overridden\"" } };
        using var response = await host.Client.PostAsJsonAsync(new Uri("/" + function, UriKind.Relative), body, new JsonSerializerOptions());
        Assert.Equal(200, (int)response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return JsonDocument.Parse(answer.GetProperty("ReturnValue").GetString()!).RootElement;
    }

    public sealed class Scoped;

    public sealed class Plain(Recorder recorder, IServiceProvider services) : IDisposable
    {
        [Function("Square")]
        public int Square([ActivityTrigger] int input)
        {
            recorder.Add(services.GetService<Scoped>());
            return input * input;
        }

        public void Dispose() => recorder.Add("disposed");
    }

    public sealed class Slow
    {
        public static ManualResetEventSlim Release { get; } = new();

        [Function("Heeds")]
        public async Task Heeds([ActivityTrigger] string input, CancellationToken cancellationToken)
            => await Task.Delay(Timeout.Infinite, cancellationToken);

        [Function("Ignores")]
        public void Ignores([ActivityTrigger] string input) => Release.Wait(CancellationToken.None);
    }
}
