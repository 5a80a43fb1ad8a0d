using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MlServerless.Worker.Tests.Invocation;

public sealed class HttpEndpointTests : IAsyncLifetime
{
    private TestHost host = null!;

    public async Task InitializeAsync() => host = await TestHost.StartAsync(typeof(Functions));

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData(100, true, 200)]
    [InlineData(100, false, 200)]
    [InlineData(101, true, 413)]
    [InlineData(101, false, 413)]
    [InlineData(5_000_000, true, 413)]
    [InlineData(5_000_000, false, 413)]
    public async Task Body_LongerThanTheRoutesLimit_Is413(int bytes, bool lengthKnown, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/small") { Content = new ByteArrayContent(new byte[bytes]) };
        request.Headers.TransferEncodingChunked = !lengthKnown;
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
        if (status == 413)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.Contains("100 bytes", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Body_OfFiftyMegabytes_Is413AndTheServerGoesOn()
    {
        using var content = new ByteArrayContent(new byte[50_000_000]);
        using var response = await host.Client.PostAsync(new Uri("/small", UriKind.Relative), content);
        Assert.Equal(413, (int)response.StatusCode);
        Assert.Equal("\"3\"", await host.Client.GetStringAsync(new Uri("/values/3", UriKind.Relative)));
    }

    [Theory]
    [InlineData("json", 400, "not the JSON that is expected")]
    [InlineData("bad-request", 418, "no coffee")]
    [InlineData("bug", 500, "Its log holds the cause")]
    [InlineData("late-bug", 500, "Its log holds the cause")]
    [InlineData("null", 500, "Its log holds the cause")]
    public async Task Exceptions_OfTheFunction_AreProblemsWithATraceId(string kind, int status, string detail)
    {
        using var content = new StringContent("{broken", Encoding.UTF8, "application/json");
        using var response = await host.Client.PostAsync(new Uri("/fail/" + kind, UriKind.Relative), content);
        Assert.Equal(status, (int)response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(32, problem.GetProperty("traceId").GetString()!.Length);
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("POST", "/Values", 200)]
    [InlineData("DELETE", "/values/1", 405)]
    public async Task Paths_ThatNoFunctionHas_AreAnswered(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task RoutePrefix_OfTheHost_StandsBeforeEveryRoute()
    {
        await using var prefixed = await TestHost.StartAsync(b => b.Configuration["AzureFunctionsJobHost:extensions:http:routePrefix"] = "v1", typeof(Functions));
        Assert.Equal("\"7\"", await prefixed.Client.GetStringAsync(new Uri("/v1/values/7", UriKind.Relative)));
        using var bare = await prefixed.Client.GetAsync(new Uri("/values/7", UriKind.Relative));
        Assert.Equal(404, (int)bare.StatusCode);
    }

    public sealed class Functions
    {
        [Function("Values")]
        public IResult Values([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "values/{id:int}")] HttpContext context, string id)
            => Results.Json(context.Request.RouteValues["id"] as string == id ? id : "");

        [Function("Small")]
        public async Task<IResult> Small([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "small", MaxBodyBytes = 100)] HttpRequest request, CancellationToken cancellationToken)
        {
            await request.BodyReader.ReadAtLeastAsync(1_000_000, cancellationToken);
            return Results.Ok();
        }

        [Function("Fail")]
        public async Task<IResult> Fail([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "fail/{kind}")] HttpRequest request, string kind)
        {
            switch (kind)
            {
                case "json":
                    return Results.Ok(await JsonSerializer.DeserializeAsync<int[]>(request.Body));
                case "bad-request":
                    throw new BadHttpRequestException("no coffee", 418);
                case "null":
                    return null!;
                case "late-bug":
                    await Task.Yield();
                    break;
            }

            throw new InvalidOperationException("secret cause");
        }
    }
}
