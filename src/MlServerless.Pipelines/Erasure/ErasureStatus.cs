using System.Text.Json.Serialization;
using MlServerless.Data;

namespace MlServerless.Pipelines.Erasure;

[JsonConverter(typeof(LowerCamelEnumConverter<ErasureStatus>))]
public enum ErasureStatus
{
    /// <summary>Being worked at, or waiting for it.</summary>
    Running,

    Completed,
}
