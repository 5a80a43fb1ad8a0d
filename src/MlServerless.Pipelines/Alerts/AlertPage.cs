namespace MlServerless.Pipelines.Alerts;

/// <summary>Alerts, and where the list goes on.</summary>
/// <param name="Next">Null at the end.</param>
public sealed record AlertPage(IReadOnlyList<Alert> Alerts, string? Next);
