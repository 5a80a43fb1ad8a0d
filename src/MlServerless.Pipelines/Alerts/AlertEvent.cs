namespace MlServerless.Pipelines.Alerts;

/// <summary>An alert that opened or ended, in the form of an Event Grid event.</summary>
/// <param name="Id">The same however often it is delivered.</param>
/// <param name="EventType"><c>MlServerless.AlertOpened</c> or <c>MlServerless.AlertResolved</c>.</param>
/// <param name="Subject"><c>/pipelines/{name}/alerts/{kind}</c>.</param>
public sealed record AlertEvent(string Id, string EventType, string Subject, DateTimeOffset EventTime, Alert Data, string DataVersion = "1.0")
{
    public static AlertEvent Of(Alert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        bool resolved = alert.ResolvedAt is not null;
        return new AlertEvent(
            $"{alert.Id}-{(resolved ? "resolved" : "opened")}",
            resolved ? "MlServerless.AlertResolved" : "MlServerless.AlertOpened",
            $"/pipelines/{alert.Pipeline}/alerts/{alert.Kind}",
            alert.ResolvedAt ?? alert.OpenedAt,
            alert);
    }
}
