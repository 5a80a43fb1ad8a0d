using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MlServerless.EndToEnd.Support;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>The host lets nobody without a key through to a function that is not open.</summary>
[Collection(SharedAppCollection.Name)]
public sealed partial class KeyTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    private static readonly string[] Open = ["health", "health/live", "health/ready", "ping", "version", "v2", "v2/health/live", "v2/health/ready", "api/schemas/pipeline.json"];

    [Fact]
    public async Task EveryRoute_AsksForAKey_ButThoseThatTellNothing()
    {
        int open = 0;
        foreach (string file in Directory.EnumerateFiles(AppPublish.Folder, "function.json", SearchOption.AllDirectories))
        {
            JsonObject trigger = JsonNode.Parse(await File.ReadAllBytesAsync(file))!.AsObject().Objects("bindings")[0];
            if (trigger.Text("type") != "httpTrigger")
                continue;
            string route = Hole().Replace(trigger.Text("route"), "x");
            var method = new HttpMethod(trigger.Texts("methods")[0].ToUpperInvariant());
            ApiAnswer without = await App.SendAsync(method, route, key: "");
            if (trigger.Text("authLevel") == "anonymous")
            {
                Assert.NotEqual(401, without.Status);
                Assert.Contains(route, Open.Append("api/openapi.json"));
                open++;
                continue;
            }

            Assert.True(without.Status == 401, $"{method} {route} answered {without.Status} without a key");
            Assert.Equal(401, (await App.SendAsync(method, route, key: "wrong")).Status);
        }

        Assert.True(open >= Open.Length, $"{open} routes are open");
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Hole();
}
