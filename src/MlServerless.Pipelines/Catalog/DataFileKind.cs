using System.Text.Json.Serialization;
using MlServerless.Data;

namespace MlServerless.Pipelines.Catalog;

/// <summary>How a file of a data version is to be read.</summary>
[JsonConverter(typeof(LowerCamelEnumConverter<DataFileKind>))]
public enum DataFileKind
{
    /// <summary>Comma-separated values, whichever the delimiter.</summary>
    Csv,

    /// <summary>One JSON object per line.</summary>
    Ndjson,

    /// <summary>Without rows.</summary>
    Opaque,
}
