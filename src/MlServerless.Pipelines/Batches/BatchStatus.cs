using System.Text.Json.Serialization;
using MlServerless.Data;

namespace MlServerless.Pipelines.Batches;

/// <summary>Where a batch job stands.</summary>
[JsonConverter(typeof(LowerCamelEnumConverter<BatchStatus>))]
public enum BatchStatus
{
    /// <summary>It waits to be started.</summary>
    Queued,

    Running,

    /// <summary>The output is there.</summary>
    Completed,

    /// <summary>It cannot be done; the error says why.</summary>
    Failed,

    /// <summary>Its orchestration died too often.</summary>
    Lost,

    /// <summary>Somebody ended it.</summary>
    Cancelled,
}
