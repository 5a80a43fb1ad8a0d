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

    /// <summary>
    /// The schema as it holds in one environment: a column with <see cref="ColumnSchema.RequiredIn"/> is required if that names the environment,
    /// and not otherwise; a column that is forbidden there is not required and stays, with <see cref="ColumnSchema.ForbiddenIn"/> naming this environment alone.
    /// </summary>
    /// <param name="environment">One of <see cref="SchemaEnvironments"/>.</param>
    /// <exception cref="ArgumentException">There is no such environment.</exception>
    public DataSchema For(string environment)
    {
        if (!SchemaEnvironments.All.Contains(environment, StringComparer.Ordinal))
            throw new ArgumentException($"'{environment}' is no environment of a schema: there are {string.Join(" and ", SchemaEnvironments.All)}.", nameof(environment));
        return this with { Columns = [.. Columns.Select(column => column.In(environment))] };
    }

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
