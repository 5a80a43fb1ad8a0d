using System.Net.Sockets;
using System.Text;
using MlServerless.Soak;
using MlServerless.Soak.Fuzz;

namespace MlServerless.Functions.Tests.Security;

/// <summary>A little of what tests/Soak does at length.</summary>
public sealed class FuzzTests
{
    private const ulong Seed = 7;

    [Fact]
    public async Task Parsers_HostileInput_IsRefusedAsDocumented()
    {
        foreach (FuzzTarget target in await ParserTargets.AllAsync())
            Assert.Empty((await Fuzzer.RunAsync(target, Seed, 1_000)).Faults);
    }

    [Fact]
    public async Task Routes_HostileRequests_AreAnsweredBelow500()
    {
        await using FuzzedApp app = await FuzzedApp.StartAsync();
        foreach (FuzzTarget target in RouteTargets.All(app))
            Assert.Empty((await Fuzzer.RunAsync(target, Seed, 60)).Faults);
    }

    /// <summary>Half of a surrogate pair, and a byte that is not UTF-8, as a name and as a value, where each protocol looks for something.</summary>
    [Fact]
    public async Task Routes_TextThatIsNone_IsRefused()
    {
        byte[][] bodies =
        [
            .. new[]
            {
                """{"\ud800":1}""", """{"who":"\ud800","why":"\udc00"}""", """[{"id":"\ud800","label":1}]""", """{"feedback":[{"\ud800":1}]}""", """{"dataframe_split":{"\ud800":1}}""", """{"dataframe_records":[{"\ud800":1}]}""",
                """{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1],"\ud800":1}],"outputs":[{"\ud800":1}]}""", """{"instances":[{"\ud800":1}]}""", """{"tags":{"\ud800":"\ud800"}}""", """{"spec":{"\ud800":1}}""",
            }.Select(Encoding.ASCII.GetBytes),
            [.. "{\"who\":\""u8, 0xFF, .. "\"}"u8],
        ];
        await using FuzzedApp app = await FuzzedApp.StartAsync();
        foreach (HttpRoute route in HttpRoute.All.Where(route => route.Trigger.Methods.Any(method => method != "get")))
        {
            string path = System.Text.RegularExpressions.Regex.Replace("/" + route.Trigger.Route, @"\{[^}]*\}", SampleModel.Name);
            foreach (byte[] body in bodies)
            {
                using var request = new HttpRequestMessage(new HttpMethod(route.Verb.ToUpperInvariant()), path) { Content = new ByteArrayContent(body) };
                using HttpResponseMessage response = await app.Client.SendAsync(request);
                Assert.True((int)response.StatusCode is >= 400 and < 500, $"{route.Name} answered {(int)response.StatusCode} to {Encoding.Latin1.GetString(body)}");
            }
        }
    }

    /// <summary>The limit is known from the length alone, before anything is read.</summary>
    [Fact]
    public async Task Routes_BodyPastTheLimit_Is413()
    {
        await using FuzzedApp app = await FuzzedApp.StartAsync();
        foreach (HttpRoute route in HttpRoute.All.Where(route => route.Trigger.Methods.Any(method => method != "get")))
        {
            string method = route.Trigger.Methods.First(method => method != "get").ToUpperInvariant();
            string path = System.Text.RegularExpressions.Regex.Replace("/" + route.Trigger.Route, @"\{[^}]*\}", SampleModel.Name);
            Assert.Equal(413, await StatusAsync(app, method, path, route.Trigger.MaxBodyBytes + 1));
        }
    }

    /// <summary>Sends the head of a request alone, so that the answer cannot get lost behind a body that nobody reads.</summary>
    private static async Task<int> StatusAsync(FuzzedApp app, string method, string path, long bytes)
    {
        Uri address = app.Client.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: {bytes}\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        string status = (await reader.ReadLineAsync())!;
        return int.Parse(status.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
