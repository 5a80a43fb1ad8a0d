namespace MlServerless.Demo.Api;

/// <param name="Runs">Newest first.</param>
internal sealed record RunList(IReadOnlyList<Run> Runs);
