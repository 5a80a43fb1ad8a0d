namespace MlServerless.Worker.Definitions;

/// <param name="AuthLevel">anonymous, function or admin, as function.json wants it.</param>
/// <param name="Methods">Lower case; empty means every method.</param>
/// <param name="Route">Without the route prefix.</param>
internal sealed record HttpTriggerDefinition(string AuthLevel, IReadOnlyList<string> Methods, RouteTemplate Route, long MaxBodyBytes)
{
    /// <summary>4 MiB.</summary>
    public const long DefaultMaxBodyBytes = 4 * 1024 * 1024;

    public bool Accepts(string method) => Methods.Count == 0 || Methods.Contains(method);
}
