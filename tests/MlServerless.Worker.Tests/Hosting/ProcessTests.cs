using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using MlServerless.Worker.Tests.Exchanges;

namespace MlServerless.Worker.Tests.Hosting;

/// <summary>What only a process of its own can show: exit codes, the address, the streams.</summary>
public sealed class ProcessTests
{
    public const string EnvironmentExchange = "env-of-handler-process";

    [Fact]
    public async Task App_InTheRecordedEnvironment_ListensOnTheHandlersPortOnlyAndStopsWith200()
    {
        var (port, url, more, kestrel) = (AppProcess.FreePort(), AppProcess.FreePort(), AppProcess.FreePort(), AppProcess.FreePort());
        var environment = RecordedEnvironment();
        Assert.StartsWith("http://", environment["ASPNETCORE_URLS"], StringComparison.Ordinal);
        environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = Text(port);
        environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{url}";
        environment["ASPNETCORE_HTTP_PORTS"] = Text(more);
        environment["Kestrel__Endpoints__Other__Url"] = $"http://127.0.0.1:{kestrel}";
        environment["AllowedHosts"] = "example.org";
        await using var app = AppProcess.Start(environment);
        using (var client = await app.ReadyAsync(port))
        {
            Assert.Equal("GET bob", await client.GetStringAsync(new Uri("/api/greet/bob", UriKind.Relative)));
            Assert.False(Listens(url) || Listens(more) || Listens(kestrel));
        }

        app.Terminate();
        var (code, output, errors) = await app.ExitAsync();
        Assert.Equal(200, code);
        Assert.Equal("", errors);
        AssertJsonLines(output);
    }

    [Fact]
    public async Task App_ThatEndsItselfWithZero_ExitsWith200()
    {
        var port = AppProcess.FreePort();
        await using var app = AppProcess.Start(new Dictionary<string, string?> { ["FUNCTIONS_CUSTOMHANDLER_PORT"] = Text(port) });
        using (var client = await app.ReadyAsync(port))
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.PostAsync(new Uri("/api/quit", UriKind.Relative), null));
        }

        Assert.Equal(200, (await app.ExitAsync()).Code);
    }

    [Theory]
    [InlineData(null, "not set")]
    [InlineData("many", "'many', which is no port")]
    public async Task App_WithoutItsPort_SaysSoOnStdoutAndExitsWith1(string? port, string reason)
    {
        await using var app = AppProcess.Start(new Dictionary<string, string?> { ["FUNCTIONS_CUSTOMHANDLER_PORT"] = port });
        var (code, output, errors) = await app.ExitAsync();
        Assert.Equal(1, code);
        Assert.Equal("", errors);
        Assert.Contains(reason, output, StringComparison.Ordinal);
        AssertJsonLines(output);
    }

    [Fact]
    public async Task App_FailingCall_LogsOneJsonLineWithTheCallersTrace()
    {
        var port = AppProcess.FreePort();
        await using var app = AppProcess.Start(new Dictionary<string, string?> { ["FUNCTIONS_CUSTOMHANDLER_PORT"] = Text(port) });
        using (var client = await app.ReadyAsync(port))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/greet/nobody");
            request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
            request.Headers.Add("X-Azure-Functions-InvocationId", "call-1");
            using var response = await client.SendAsync(request);
            Assert.Equal(500, (int)response.StatusCode);
            Assert.Contains("4bf92f3577b34da6a3ce929d0e0e4736", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        app.Terminate();
        var (_, output, _) = await app.ExitAsync();
        var line = Assert.Single(AssertJsonLines(output), line => !line.TryGetProperty("event", out _));
        Assert.Equal("Error", line.GetProperty("level").GetString());
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", line.GetProperty("traceId").GetString());
        Assert.Equal("call-1", line.GetProperty("scope").GetProperty("invocationId").GetString());
        Assert.Contains("InvalidOperationException", line.GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> RecordedEnvironment()
        => Exchange.Json(EnvironmentExchange).EnumerateObject()
            .Where(p => p.Name[0] != '_' && p.Name != "FUNCTIONS_APP_ROOT_PATH")
            .ToDictionary(p => p.Name, p => p.Value.GetString());

    private static List<JsonElement> AssertJsonLines(string output)
        => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static bool Listens(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
