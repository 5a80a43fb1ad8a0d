using System.Text.Json.Serialization;

namespace MlServerless.Pipelines.Registry;

/// <summary>What a run and the model it makes are for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelMode>))]
public enum ModelMode
{
    /// <summary>It may become champion when its gates pass.</summary>
    [JsonStringEnumMemberName("production")]
    Production,

    /// <summary>It never becomes champion by itself; somebody may make it so.</summary>
    [JsonStringEnumMemberName("experiment")]
    Experiment,

    /// <summary>A run that is repeated to be compared with the first: it registers nothing.</summary>
    [JsonStringEnumMemberName("verification")]
    Verification,
}
