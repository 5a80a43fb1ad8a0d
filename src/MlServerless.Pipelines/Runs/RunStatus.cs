using System.Text.Json.Serialization;

namespace MlServerless.Pipelines.Runs;

[JsonConverter(typeof(JsonStringEnumConverter<RunStatus>))]
public enum RunStatus
{
    /// <summary>Claimed for an upload or a request; its orchestration has not begun.</summary>
    [JsonStringEnumMemberName("claimed")]
    Claimed,

    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>A model version was registered; <see cref="RunRecord.Promotion"/> says whether it became champion. A run on opaque files ends so without a model.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>The data did not pass its checks; <see cref="RunRecord.ReportHash"/> names the report that says why.</summary>
    [JsonStringEnumMemberName("rejected")]
    Rejected,

    /// <summary>The upload was overwritten or deleted while the run was under way.</summary>
    [JsonStringEnumMemberName("superseded")]
    Superseded,

    /// <summary>A step failed for good; <see cref="RunRecord.Error"/> says why.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Given up after repeated deaths of the process or of the orchestration.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,

    /// <summary>Somebody ended it.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>Its gates passed, and somebody must agree before its model becomes champion; <see cref="RunRecord.Approval"/> says until when.</summary>
    [JsonStringEnumMemberName("awaiting approval")]
    AwaitingApproval,

    /// <summary>Nobody agreed in time.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired,
}
