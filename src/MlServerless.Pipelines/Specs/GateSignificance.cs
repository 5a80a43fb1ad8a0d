using System.Text.Json.Serialization;
using MlServerless.Data;

namespace MlServerless.Pipelines.Specs;

/// <summary>What the paired test must say of a candidate and the champion. In JSON "better", "notWorse", "none".</summary>
[JsonConverter(typeof(LowerCamelEnumConverter<GateSignificance>))]
public enum GateSignificance
{
    /// <summary>Better beyond chance.</summary>
    Better,

    /// <summary>Not worse beyond chance: the newer of two that cannot be told apart takes the place.</summary>
    NotWorse,

    /// <summary>The figures decide, whether or not their difference is chance.</summary>
    None,
}
