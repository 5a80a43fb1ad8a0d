using System.Text.Json.Serialization;
using MlServerless.Data;

namespace MlServerless.Pipelines.Serving.Rows;

/// <summary>How many rows are written one after the other, in a file or a streamed request.</summary>
[JsonConverter(typeof(LowerCamelEnumConverter<RowsFormat>))]
public enum RowsFormat
{
    /// <summary>A header, and a row to a line (RFC 4180).</summary>
    Csv,

    /// <summary>A JSON object to a line.</summary>
    Ndjson,
}
