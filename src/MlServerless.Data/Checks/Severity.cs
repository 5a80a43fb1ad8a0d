using System.Text.Json.Serialization;

namespace MlServerless.Data;

/// <summary>Whether a finding stops the run.</summary>
[JsonConverter(typeof(LowerCamelEnumConverter<Severity>))]
public enum Severity
{
    /// <summary>Told, and the run goes on.</summary>
    Warning,

    /// <summary>Nothing is trained on this data.</summary>
    Blocking,
}
