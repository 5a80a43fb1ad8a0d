namespace MlServerless.Functions.Tests.Orchestrations;

/// <summary>What an activity gives: a value as JSON, or a failure.</summary>
internal sealed record Answer(string? Value, string? FailureType = null, string? Message = null)
{
    public static Answer Failed(string type, string message) => new(null, type, message);
}
