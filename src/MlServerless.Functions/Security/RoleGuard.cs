using System.Collections.Concurrent;
using System.Reflection;
using MlServerless.Functions.Http;
using MlServerless.Pipelines.Problems;
using MlServerless.Worker;

namespace MlServerless.Functions.Security;

/// <summary>
/// Who may call what. Where the platform authenticates (<c>WEBSITE_AUTH_ENABLED</c>, which it sets itself), the caller's app roles decide. Elsewhere the
/// host's keys have decided before, and a header that claims roles is worth nothing: anybody can send one.
/// </summary>
/// <param name="platformAuthenticates">Whether built-in authentication stands before the app, and strips the header from what callers send.</param>
/// <param name="keysAreDemanded">Whether the host demands a key.</param>
internal sealed class RoleGuard(bool platformAuthenticates, bool keysAreDemanded, Callers callers, ILogger<RoleGuard> logger) : IHttpGuard
{
    public const string EnabledSetting = "WEBSITE_AUTH_ENABLED";

    /// <summary>Attributes are looked for once: every call asks.</summary>
    private static readonly ConcurrentDictionary<MethodInfo, ApiRole?> Roles = new();

    public static ApiRole? RoleOf(MethodInfo function) => Roles.GetOrAdd(function, static function =>
        function.IsDefined(typeof(OpenToAllAttribute)) ? null : function.GetCustomAttribute<RequiresRoleAttribute>()?.Role ?? ApiRole.Operate);

    public IResult? Refuse(HttpContext context, MethodInfo function)
    {
        IResult? refusal = Judge(context, function);

        // Whatever operators change stands in the log with who asked for it, also where the change itself keeps no name.
        if (refusal is null && RoleOf(function) == ApiRole.Operate)
            logger.LogInformation(SecurityEvents.OperatorCall, "{Function} was called by {Who}: {Method} {Path}", function.Name, callers.SignedIn(context.Request) ?? "the holder of a key", context.Request.Method, context.Request.Path.Value);
        return refusal;
    }

    private IResult? Judge(HttpContext context, MethodInfo function)
    {
        if (RoleOf(function) is not { } role)
            return null;
        if (!platformAuthenticates)
        {
            return keysAreDemanded
                ? null
                : Api.Problem(new ProblemException(403, "This app is closed.", "It was packaged without function keys, for the platform's built-in authentication, and that is not switched on. Switch it on, or deploy the package with keys."));
        }

        if (ClientPrincipal.Roles(context.Request.Headers[ClientPrincipal.Header].ToString()) is not { } roles)
            return Api.Problem(new ProblemException(401, "You are not signed in.", "Send a token of the app registration that this app trusts, as Authorization: Bearer …."));
        return roles.Contains(role.ToString())
            ? null
            : Api.Problem(new ProblemException(403, $"You lack the role '{role.ToString().ToLowerInvariant()}'.", "The owner of the app registration gives roles, under Enterprise applications, Users and groups."));
    }
}
