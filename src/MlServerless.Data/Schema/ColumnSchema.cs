using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace MlServerless.Data;

/// <summary>What is expected of one column.</summary>
public sealed record ColumnSchema
{
    public ColumnSchema()
    {
    }

    // Through a constructor, because a deserializer sets init-only properties that the JSON leaves out to default(T).
    [JsonConstructor]
    [SetsRequiredMembers]
    public ColumnSchema(
        string name,
        ColumnType type,
        bool required = true,
        double? maxMissingFraction = null,
        double? min = null,
        double? max = null,
        IReadOnlyList<string>? values = null,
        string? explanation = null)
    {
        Name = name;
        Type = type;
        Required = required;
        MaxMissingFraction = maxMissingFraction;
        Min = min;
        Max = max;
        Values = values;
        Explanation = explanation;
    }

    public required string Name { get; init; }

    public required ColumnType Type { get; init; }

    /// <summary>Whether the file must have the column. Its values may still be missing.</summary>
    public bool Required { get; init; } = true;

    /// <summary>The largest tolerated fraction of missing values, 0 to 1; null for any.</summary>
    public double? MaxMissingFraction { get; init; }

    /// <summary>The smallest expected value (inclusive; seconds since 1970-01-01 UTC for dateTime); null for no bound.</summary>
    public double? Min { get; init; }

    /// <summary>The largest expected value (inclusive; seconds since 1970-01-01 UTC for dateTime); null for no bound.</summary>
    public double? Max { get; init; }

    /// <summary>The closed domain of a category; null for any value.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>Why inference chose the type; null for a declared column. Names no counts, so that equal schemas of two data versions stay equal.</summary>
    public string? Explanation { get; init; }
}
