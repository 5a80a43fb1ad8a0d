using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MlServerless.Functions.Security;
using MlServerless.Functions.Tests.Deployment.Bicep;
using MlServerless.Functions.Tests.Docs;
using MlServerless.Soak.Fuzz;
using MlServerless.Worker;

namespace MlServerless.Functions.Tests.Security;

/// <summary>Who may call what: every route, found by reflection, with every kind of caller.</summary>
public sealed class RoleGuardTests
{
    private const int Through = 0;

    public static TheoryData<string> Routes => [.. HttpRoute.All.Select(route => route.Name)];

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task EveryRoute_SaysWhoMayCall_AndOthersMayNot(string name)
    {
        HttpRoute route = HttpRoute.Named(name);
        bool open = route.Method.IsDefined(typeof(OpenToAllAttribute), false);
        bool hasRole = route.Method.IsDefined(typeof(RequiresRoleAttribute), false);
        Assert.True(open ^ hasRole, $"{route.Method.DeclaringType!.Name}.{route.Method.Name} needs [RequiresRole(…)] or [OpenToAll].");
        Assert.Equal(open ? AuthorizationLevel.Anonymous : AuthorizationLevel.Function, route.Trigger.AuthLevel);

        string[] every = ["read", "predict", "operate"];
        if (open)
        {
            Assert.Equal(Through, await StatusAsync(Guard(true, true), route, null));
            Assert.Equal(Through, await StatusAsync(Guard(false, false), route, null));
            return;
        }

        string needed = RoleGuard.RoleOf(route.Method)!.Value.ToString().ToLowerInvariant();
        var platform = Guard(platformAuthenticates: true, keysAreDemanded: false);
        Assert.Equal(Through, await StatusAsync(platform, route, Principal(needed)));
        Assert.Equal(Through, await StatusAsync(platform, route, Principal(every)));
        Assert.Equal(403, await StatusAsync(platform, route, Principal([.. every.Except([needed])])));
        Assert.Equal(403, await StatusAsync(platform, route, Principal()));
        Assert.Equal(401, await StatusAsync(platform, route, null));
        Assert.Equal(401, await StatusAsync(platform, route, "not base64"));

        // Keys decide in the host, before the app; a header that anybody can send changes nothing.
        var keys = Guard(platformAuthenticates: false, keysAreDemanded: true);
        Assert.Equal(Through, await StatusAsync(keys, route, null));
        Assert.Equal(Through, await StatusAsync(keys, route, Principal()));

        // A package without keys whose platform does not authenticate is closed, whatever the header claims.
        var closed = Guard(platformAuthenticates: false, keysAreDemanded: false);
        Assert.Equal(403, await StatusAsync(closed, route, Principal(every)));
        Assert.Equal(403, await StatusAsync(closed, route, null));
    }

    /// <summary>The guard stands before every route of the running app.</summary>
    [Fact]
    public async Task EveryRoute_OfTheRunningApp_AsksTheGuard()
    {
        await using FuzzedApp app = await FuzzedApp.StartAsync(platformAuthenticates: true);
        foreach (HttpRoute route in HttpRoute.All)
        {
            string path = System.Text.RegularExpressions.Regex.Replace("/" + route.Trigger.Route, @"\{[^}]*\}", "x");
            using var request = new HttpRequestMessage(new HttpMethod(route.Verb.ToUpperInvariant()), path);
            using HttpResponseMessage response = await app.Client.SendAsync(request);
            if (RoleGuard.RoleOf(route.Method) is null)
                Assert.NotEqual(401, (int)response.StatusCode);
            else
                Assert.Equal(401, (int)response.StatusCode);
        }
    }

    /// <summary>Who asked for a change stands in the log; readers and those who were refused do not.</summary>
    [Theory]
    [InlineData(true, "eve@example.org")]
    [InlineData(false, "the holder of a key")]
    public async Task OperatorCall_IsLogged_WithWhoAsked(bool platformAuthenticates, string expected)
    {
        var log = new OperatorLog();
        RoleGuard guard = Guard(platformAuthenticates, keysAreDemanded: !platformAuthenticates, log);
        foreach (HttpRoute route in HttpRoute.All)
            await StatusAsync(guard, route, Principal("operate"));
        Assert.Equal(HttpRoute.All.Where(route => RoleGuard.RoleOf(route.Method) == ApiRole.Operate).Select(route => $"{route.Method.Name} {expected}"), log.Calls);
        log.Calls.Clear();
        if (platformAuthenticates)
            Assert.Equal(403, await StatusAsync(guard, HttpRoute.All.First(route => RoleGuard.RoleOf(route.Method) == ApiRole.Operate), Principal("read")));
        Assert.Empty(log.Calls);
    }

    [Fact]
    public void Reading_ChangesNothing_AndChangingIsForOperators()
    {
        Assert.All(HttpRoute.All.Where(route => RoleGuard.RoleOf(route.Method) == ApiRole.Read), route => Assert.All(route.Trigger.Methods, method => Assert.Contains(method, new[] { "get", "head" })));
        Assert.All(
            HttpRoute.All.Where(route => route.Trigger.Methods.Any(method => method is "put" or "delete" or "patch")),
            route => Assert.Equal(ApiRole.Operate, RoleGuard.RoleOf(route.Method)));
    }

    [Fact]
    public void Authentication_LeavesOutWhatIsOpen()
    {
        BicepFile file = BicepFile.Named("function-app.bicep");
        string[] excluded = [.. file.Strings(file.Resource("authentication").Body!.Core["properties"]!["globalValidation"]!["excludedPaths"]!)];
        string[] open = [.. HttpRoute.All.Where(route => RoleGuard.RoleOf(route.Method) is null).Select(route => "/" + route.Trigger.Route)];
        Assert.Equal(open.Append("/runtime/webhooks/*").Order(StringComparer.Ordinal), excluded.Order(StringComparer.Ordinal));
    }

    /// <summary>The list by which eng/role-keys.sh gives each role a key of its own.</summary>
    [Fact]
    public void RoleKeys_DocsListTheFunctionsOfEveryRole()
    {
        var roles = new JsonObject();
        foreach (ApiRole role in Enum.GetValues<ApiRole>())
            roles[role.ToString().ToLowerInvariant()] = new JsonArray([.. HttpRoute.All.Where(route => RoleGuard.RoleOf(route.Method) == role).Select(route => (JsonNode?)JsonValue.Create(route.Name))]);
        GeneratedFile.IsCurrent(roles.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true, NewLine = "\n" }) + "\n", "eng", "role-keys.json");
    }

    [Theory]
    [InlineData("")]
    [InlineData("!!!")]
    [InlineData("bnVsbA==")] // null
    [InlineData("W10=")] // []
    [InlineData("eyJjbGFpbXMiOg==")] // broken off
    public void Roles_NoPrincipal_IsNobody(string header) => Assert.Null(ClientPrincipal.Roles(header));

    [Fact]
    public void Roles_HostileHeaders_NeverThrow_AndGiveNoRole()
    {
        string[] bodies =
        [
            """{"claims":1}""", """{"claims":[1,null,"roles"]}""", """{"claims":[{"typ":1,"val":2}]}""", """{"role_typ":1,"claims":[{"typ":"x","val":"operate"}]}""",
            """{"claims":[{"typ":"role","val":"operate"}]}""", """{"claims":{"typ":"roles","val":"operate"}}""",
        ];
        Assert.All(bodies, body => Assert.Empty(ClientPrincipal.Roles(Convert.ToBase64String(Encoding.UTF8.GetBytes(body)))!));
        Assert.Null(ClientPrincipal.Roles(Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("[", 5000))))));
        Assert.Null(ClientPrincipal.Roles(new string('A', 70_000)));
    }

    /// <summary>The header of a caller with these roles, as the platform sets it.</summary>
    internal static string Principal(params string[] roles)
    {
        var claims = new JsonArray([.. roles.Select(role => (JsonNode)new JsonObject { ["typ"] = "roles", ["val"] = role }), new JsonObject { ["typ"] = "name", ["val"] = "operate" }]);
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(new JsonObject { ["auth_typ"] = "aad", ["name_typ"] = "name", ["role_typ"] = "roles", ["claims"] = claims }.ToJsonString()));
    }

    private static RoleGuard Guard(bool platformAuthenticates, bool keysAreDemanded, ILogger<RoleGuard>? logger = null) =>
        new(platformAuthenticates, keysAreDemanded, new Callers(platformAuthenticates), logger ?? NullLogger<RoleGuard>.Instance);

    private static async Task<int> StatusAsync(RoleGuard guard, HttpRoute route, string? principal)
    {
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        context.Request.Headers[Callers.NameHeader] = "eve@example.org";
        if (principal is not null)
            context.Request.Headers[ClientPrincipal.Header] = principal;
        if (guard.Refuse(context, route.Method) is not { } refusal)
            return Through;
        await refusal.ExecuteAsync(context);
        Assert.Equal("application/problem+json", context.Response.ContentType);
        return context.Response.StatusCode;
    }

    private sealed class OperatorLog : ILogger<RoleGuard>
    {
        public List<string> Calls { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var fields = ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(field => field.Key, field => field.Value);
            Assert.Equal("OperatorCall", eventId.Name);
            Calls.Add($"{fields["Function"]} {fields["Who"]}");
        }
    }
}
