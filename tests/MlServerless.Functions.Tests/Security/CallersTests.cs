using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Problems;
using MlServerless.Soak;
using MlServerless.Soak.Fuzz;

namespace MlServerless.Functions.Tests.Security;

/// <summary>Who is written down for what is done.</summary>
public sealed class CallersTests
{
    [Theory]
    [InlineData(true, "eve@example.org", null, null, "eve@example.org")]
    [InlineData(true, "eve@example.org", null, "eve@example.org", "eve@example.org")]
    [InlineData(true, "eve@example.org", null, "Ada", "eve@example.org for Ada")]
    [InlineData(true, "eve@example.org", null, "  ", "eve@example.org")]
    [InlineData(true, null, "5f0c", "the build", "5f0c for the build")]
    [InlineData(true, "eve@example.org", "5f0c", null, "eve@example.org")]
    [InlineData(true, null, null, "Ada", "Ada")]
    [InlineData(false, "eve@example.org", "5f0c", "Ada", "Ada")]
    [InlineData(false, "eve@example.org", "5f0c", null, null)]
    public void Name_OfTheSignedIn_StandsBeforeWhatTheBodySays(bool platformAuthenticates, string? name, string? id, string? said, string? expected)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        if (name is not null)
            request.Headers[Callers.NameHeader] = name;
        if (id is not null)
            request.Headers[Callers.IdHeader] = id;
        var body = new JsonObject { ["why"] = "a test" };
        if (said is not null)
            body["who"] = said;

        var callers = new Callers(platformAuthenticates);
        Assert.Equal(expected, callers.Name(request, body));
        if (expected is not null)
            Assert.Equal(expected, callers.Actor(request, body).Who);
        else
            Assert.Equal("$.who", Assert.Single(Assert.Throws<ProblemException>(() => callers.Actor(request, body)).Errors).Path);
    }

    /// <summary>The limit is on what a caller says, not on what the platform puts before it.</summary>
    [Fact]
    public void Name_OfAnyLength_LeavesRoomForWho()
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.Headers[Callers.NameHeader] = new string('n', 150);
        var callers = new Callers(platformAuthenticates: true);
        JsonObject Body(int length) => new() { ["who"] = new string('w', length), ["why"] = "a test" };
        Assert.Equal(150 + " for ".Length + 200, callers.Actor(request, Body(200)).Who.Length);
        Assert.Equal(400, Assert.Throws<ProblemException>(() => callers.Actor(request, Body(201))).Status);
        Assert.Equal(400, Assert.Throws<ProblemException>(() => callers.Name(request, Body(201))).Status);
    }

    [Theory]
    [InlineData(true, "eve@example.org for Ada")]
    [InlineData(false, "Ada")]
    public async Task PromotionLog_OfTheRunningApp_NamesTheSignedIn(bool platformAuthenticates, string expected)
    {
        await using FuzzedApp app = await FuzzedApp.StartAsync(platformAuthenticates);
        app.Client.DefaultRequestHeaders.Add(ClientPrincipal.Header, RoleGuardTests.Principal("operate", "read"));
        app.Client.DefaultRequestHeaders.Add(Callers.NameHeader, "eve@example.org");

        using HttpResponseMessage set = await app.Client.PutAsJsonAsync($"/api/models/{SampleModel.Name}/aliases/trial", new { version = 1, who = "Ada", why = "to try it" });
        Assert.True(set.StatusCode == HttpStatusCode.Created, await set.Content.ReadAsStringAsync());
        JsonNode history = JsonNode.Parse(await app.Client.GetStringAsync(new Uri($"/api/models/{SampleModel.Name}/history", UriKind.Relative)))!;
        Assert.Contains(history["history"]!.AsArray(), entry => (string?)entry!["alias"] == "trial" && (string?)entry["who"] == expected);
    }
}
