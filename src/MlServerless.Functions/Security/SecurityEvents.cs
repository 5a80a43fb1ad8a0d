namespace MlServerless.Functions.Security;

/// <summary>The events that calls are in the log, for queries on it.</summary>
internal static class SecurityEvents
{
    public static readonly EventId OperatorCall = new(5101, "OperatorCall");
}
