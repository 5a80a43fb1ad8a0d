using MlServerless.Worker.Definitions;

namespace MlServerless.Worker;

/// <summary>
/// The function is called by HTTP. The parameter is an <c>HttpRequest</c> or an <c>HttpContext</c>; further parameters may be
/// strings named like the route's parameters, a <see cref="FunctionContext"/> and a <see cref="CancellationToken"/>.
/// The method returns <c>IResult</c>, plain or in a task.
/// </summary>
/// <param name="authLevel">The key that the host demands.</param>
/// <param name="methods">Lower-case HTTP methods; none means every method.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods) : Attribute
{
    /// <summary>4 MiB.</summary>
    public const long DefaultMaxBodyBytes = HttpTriggerDefinition.DefaultMaxBodyBytes;

    public AuthorizationLevel AuthLevel { get; } = authLevel;

    public IReadOnlyList<string> Methods { get; } = methods;

    /// <summary>
    /// ASP.NET Core route template without the host's route prefix and without a leading slash;
    /// null means the function's name.
    /// </summary>
    public string? Route { get; set; }

    /// <summary>A longer request body is answered with 413. At most 100 MB pass the Functions host at all.</summary>
    public long MaxBodyBytes { get; set; } = DefaultMaxBodyBytes;
}
