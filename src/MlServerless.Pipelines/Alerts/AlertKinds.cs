namespace MlServerless.Pipelines.Alerts;

/// <summary>The kinds of alerts; stable, so that programs may look for them.</summary>
public static class AlertKinds
{
    /// <summary>No upload has come for longer than promised.</summary>
    public const string Overdue = "overdue";

    /// <summary>The newest data that may be trained on are older than promised.</summary>
    public const string Stale = "stale";

    /// <summary>The newest upload has far fewer rows than those before it.</summary>
    public const string Shrinking = "shrinking";

    /// <summary>What a model is asked has moved away from what it was trained on.</summary>
    public const string Drift = "drift";

    /// <summary>A canary did worse than the champion and was rolled back.</summary>
    public const string Canary = "canary";
}
