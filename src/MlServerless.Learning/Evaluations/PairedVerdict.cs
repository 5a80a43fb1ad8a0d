using System.Text.Json.Serialization;
using MlServerless.Data;

namespace MlServerless.Learning.Evaluations;

/// <summary>What a paired test says of the first of two models. In JSON "better", "indistinguishable", "worse".</summary>
[JsonConverter(typeof(LowerCamelEnumConverter<PairedVerdict>))]
public enum PairedVerdict
{
    /// <summary>The difference may be chance.</summary>
    Indistinguishable,

    Better,

    Worse,
}
