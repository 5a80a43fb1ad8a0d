namespace MlServerless.Pipelines.Registry;

/// <summary>A version that was rolled back: it does not become champion by itself again.</summary>
public sealed record Withdrawal(DateTimeOffset At, string Who, string Why);
