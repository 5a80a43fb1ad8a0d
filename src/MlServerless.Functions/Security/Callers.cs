using System.Text.Json.Nodes;
using MlServerless.Functions.Http;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;

namespace MlServerless.Functions.Security;

/// <summary>Who calls, as far as the app may believe it. Headers that name a caller are worth something only where the platform sets them.</summary>
/// <param name="platformAuthenticates">Whether built-in authentication stands before the app, and strips such headers from what callers send.</param>
public sealed class Callers(bool platformAuthenticates)
{
    /// <summary>The name with which a person signed in.</summary>
    internal const string NameHeader = "X-MS-CLIENT-PRINCIPAL-NAME";

    /// <summary>The object id; programs have no name.</summary>
    internal const string IdHeader = "X-MS-CLIENT-PRINCIPAL-ID";

    /// <summary>Who does something and why, for what keeps it.</summary>
    /// <param name="body"><c>who</c>, which may be left out where the platform knows, and <c>why</c>.</param>
    /// <exception cref="ProblemException">400: one is missing or too long.</exception>
    public Actor Actor(HttpRequest request, JsonObject body)
    {
        ArgumentNullException.ThrowIfNull(request);
        Actor actor = Pipelines.Registry.Actor.Require(Said(body) ?? SignedIn(request), Api.Text(body, "why"));
        return actor with { Who = Name(request, body)! };
    }

    /// <summary>
    /// Who does something. Where the platform has signed the caller in, it is the name that stands there; <c>who</c> in the body is for whom they act and
    /// cannot take its place.
    /// </summary>
    /// <returns>Null where neither platform nor body says.</returns>
    /// <exception cref="ProblemException">400: it is too long.</exception>
    public string? Name(HttpRequest request, JsonObject body)
    {
        ArgumentNullException.ThrowIfNull(request);
        string? said = Said(body);
        if (said?.Length > Pipelines.Registry.Actor.MaxWho)
            throw ProblemException.BadRequest("The name of who asks is too long.", $"Send \"who\" with at most {Pipelines.Registry.Actor.MaxWho} characters.");
        string? known = SignedIn(request);
        return known is null || said is null || said == known ? known ?? said : $"{known} for {said}";
    }

    /// <summary>The name, or the id, with which the platform has signed the caller in; null where it does not authenticate.</summary>
    public string? SignedIn(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return platformAuthenticates ? Header(request, NameHeader) ?? Header(request, IdHeader) : null;
    }

    /// <summary>Whether the caller may do what operators do. Without the platform's authentication whoever has a key of the route is trusted.</summary>
    public bool MayOperate(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return !platformAuthenticates || ClientPrincipal.Roles(request.Headers[ClientPrincipal.Header].ToString())?.Contains(nameof(ApiRole.Operate)) == true;
    }

    private static string? Said(JsonObject body) => Api.Text(body, "who") is { } who && !string.IsNullOrWhiteSpace(who) ? who.Trim() : null;

    private static string? Header(HttpRequest request, string name) => request.Headers[name].ToString() is { Length: > 0 } text ? text : null;
}
