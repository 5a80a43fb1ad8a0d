using System.Text.Json.Serialization;

namespace MlServerless.Pipelines.Runs;

/// <summary>Whether somebody agreed that a run's model becomes champion.</summary>
/// <param name="Deadline">Until when they could.</param>
/// <param name="Decision"><c>approved</c>, <c>rejected</c> or <c>expired</c>; null until then.</param>
public sealed record ApprovalRecord(DateTimeOffset Deadline, string? Decision = null, string? Who = null, string? Why = null, DateTimeOffset? At = null)
{
    public const string Approved = "approved";
    public const string Rejected = "rejected";
    public const string Expired = "expired";

    [JsonIgnore]
    public bool IsApproved => Decision == Approved;
}
