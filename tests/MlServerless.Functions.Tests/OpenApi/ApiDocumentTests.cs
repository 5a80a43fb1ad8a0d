using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MlServerless.Functions.OpenApi;
using MlServerless.Functions.Security;
using MlServerless.Soak.Fuzz;
using MlServerless.Worker;

namespace MlServerless.Functions.Tests.OpenApi;

public sealed class ApiDocumentTests
{
    private static readonly JsonObject Document = ApiDocument.Build();

    private static IEnumerable<(string Path, string Verb, JsonObject Operation)> Operations =>
        Document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => (path.Key, operation.Key, operation.Value!.AsObject())));

    [Fact]
    public void Build_HasEveryRouteOfTheFunctions_AndNoOther() => Assert.Equal(
        HttpRoute.All.Select(route => $"{route.Verb} /{route.Trigger.Route}").Order(StringComparer.Ordinal),
        Operations.Select(operation => $"{operation.Verb} {operation.Path}").Order(StringComparer.Ordinal));

    [Fact]
    public void Operations_DescribeEveryFunctionOnce_AndNoOther() => Assert.Equal(
        HttpRoute.All.Select(route => route.Method.Name).Order(StringComparer.Ordinal),
        ApiDocument.Operations.Select(operation => operation.Function).Order(StringComparer.Ordinal));

    [Fact]
    public void Build_EveryOperation_HasItsParametersAnswersAndLock()
    {
        Assert.Equal(Operations.Count(), Operations.Select(operation => operation.Operation["operationId"]!.GetValue<string>()).Distinct().Count());
        foreach ((string path, string verb, JsonObject operation) in Operations)
        {
            string place = $"{verb} {path}";
            Assert.EndsWith(".", operation["summary"]!.GetValue<string>());
            string[] named = [.. Regex.Matches(path, @"\{(\w+)\}").Select(match => match.Groups[1].Value)];
            JsonObject[] parameters = [.. (operation["parameters"] as JsonArray ?? []).Select(parameter => parameter!.AsObject())];
            Assert.Equal(named, parameters.Where(parameter => parameter["in"]!.GetValue<string>() == "path").Select(parameter => parameter["name"]!.GetValue<string>()));
            Assert.Equal(parameters.Length, parameters.Select(parameter => (parameter["in"]!.GetValue<string>(), parameter["name"]!.GetValue<string>())).Distinct().Count());
            Assert.True(operation["responses"]!.AsObject().Any(response => response.Key[0] == '2'), place);
            HttpRoute route = HttpRoute.All.Single(route => "/" + route.Trigger.Route == path && route.Verb == verb);
            Assert.True(operation["security"]!.AsArray().Count == 0 == route.Method.IsDefined(typeof(OpenToAllAttribute), false), place);
            Assert.True(verb != "get" || operation["requestBody"] is null, place);
            Assert.True(route.Trigger.AuthLevel == AuthorizationLevel.Anonymous || operation["description"] is not null, place);
        }
    }

    [Fact]
    public void Build_EveryReference_LeadsToASchema()
    {
        JsonObject schemas = Document["components"]!["schemas"]!.AsObject();
        string[] references = [.. References(Document)];
        Assert.Contains("#/components/schemas/Problem", references);
        Assert.All(references, reference => Assert.True(
            reference == "/api/schemas/pipeline.json" || (reference.StartsWith("#/components/schemas/", StringComparison.Ordinal) && schemas.ContainsKey(reference["#/components/schemas/".Length..])), reference));
        Assert.All(schemas, schema => Assert.Contains($"#/components/schemas/{schema.Key}", references));
    }

    [Fact]
    public async Task GetOpenApi_OfTheRunningApp_IsTheDocument()
    {
        await using FuzzedApp app = await FuzzedApp.StartAsync();
        using HttpResponseMessage response = await app.Client.GetAsync(new Uri("api/openapi.json", UriKind.Relative));
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.True(JsonNode.DeepEquals(Document, JsonNode.Parse(await response.Content.ReadAsStringAsync())));
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject document => document.SelectMany(member => member is { Key: "$ref", Value: JsonValue reference } ? [reference.GetValue<string>()] : References(member.Value)),
        JsonArray array => array.SelectMany(References),
        _ => [],
    };
}
