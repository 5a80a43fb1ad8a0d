namespace MlServerless.DevHost.Configuration;

/// <param name="Methods">Upper case; empty = every method.</param>
/// <param name="Route">Template below the route prefix, without a leading slash.</param>
internal sealed record HttpTriggerSettings(AuthorizationLevel Level, IReadOnlyList<string> Methods, string Route);
