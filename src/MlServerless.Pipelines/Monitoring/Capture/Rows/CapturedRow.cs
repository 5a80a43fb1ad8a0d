using System.Text.Json;

namespace MlServerless.Pipelines.Monitoring.Capture.Rows;

/// <summary>Reads a line of captured rows: <c>{"key": "…", "version": 3, "row": {…}}</c>, with its members in this order.</summary>
internal ref struct CapturedRow
{
    public CapturedRow(ReadOnlySpan<byte> line)
    {
        Row = new Utf8JsonReader(line, Serving.JsonRowReader.Options);
        Row.Read();
        Row.Read();
        Row.Read();
        Key = Row.GetString()!;
        Row.Read();
        Row.Read();
        Version = Row.GetInt32();
        Row.Read();
        Row.Read();
    }

    /// <summary>The prediction's, as in its id.</summary>
    public string Key { get; }

    /// <summary>The version that answered.</summary>
    public int Version { get; }

    /// <summary>At the beginning of the row.</summary>
    public Utf8JsonReader Row;
}
