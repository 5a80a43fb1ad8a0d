namespace MlServerless.Pipelines.Runs;

/// <summary>A step that has begun and not ended: what is left of it when the process dies.</summary>
/// <param name="Deaths">How often this step was found begun and not ended when it began again.</param>
/// <param name="NotBefore">After repeated deaths: the time before which it is not tried again.</param>
public sealed record OpenStep(string Key, DateTimeOffset BegunAt, string Execution, int Deaths, DateTimeOffset? NotBefore);
