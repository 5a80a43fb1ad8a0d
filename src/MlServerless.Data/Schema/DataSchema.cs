using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlServerless.Data;

/// <summary>What is expected of the columns of a data set; plain JSON that people edit and check in.</summary>
public sealed record DataSchema
{
    public required IReadOnlyList<ColumnSchema> Columns { get; init; }

    /// <summary>The hash of the canonical JSON.</summary>
    [JsonIgnore]
    public ContentHash Hash => ContentHash.Of(ToCanonicalJson());

    /// <summary>The column of that name (ordinal), or null.</summary>
    public ColumnSchema? Find(string name) => Columns.FirstOrDefault(column => column.Name == name);

    public byte[] ToCanonicalJson() => CanonicalJson.Serialize(this, DataJsonContext.Default.DataSchema);

    /// <summary>Reads a schema.</summary>
    /// <exception cref="JsonException">It is not JSON of that form, or contradicts itself; the message says where.</exception>
    public static DataSchema Parse(ReadOnlySpan<byte> utf8Json)
    {
        DataSchema schema = JsonSerializer.Deserialize(utf8Json, DataJsonContext.Default.DataSchema)
            ?? throw new JsonException("A schema is an object with the member 'columns'.");
        SchemaRules.Check(schema);
        return schema;
    }

    public bool Equals(DataSchema? other) => other is not null && ToCanonicalJson().AsSpan().SequenceEqual(other.ToCanonicalJson());

    public override int GetHashCode() => Columns.Count;
}
