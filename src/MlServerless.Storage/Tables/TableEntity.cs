using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Azure;

namespace MlServerless.Storage.Tables;

/// <summary>One entity: its two keys, what the service keeps about it, and named properties.</summary>
/// <remarks>
/// A property is a <see cref="string"/>, <see cref="bool"/>, <see cref="int"/>, <see cref="long"/>, <see cref="double"/>,
/// <see cref="DateTimeOffset"/>, <see cref="Guid"/> or <see cref="BinaryData"/>; the service keeps no nulls.
/// </remarks>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "The name of Azure.Data.Tables.")]
#pragma warning disable CA1852 // A sealed type cannot constrain the type parameters that the public client's methods have.
internal class TableEntity : IEnumerable<KeyValuePair<string, object>>
#pragma warning restore CA1852
{
    private readonly Dictionary<string, object> properties = new(StringComparer.Ordinal);

    public TableEntity()
    {
    }

    public TableEntity(string partitionKey, string rowKey)
    {
        PartitionKey = partitionKey;
        RowKey = rowKey;
    }

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    /// <summary>When the service last wrote it; null for an entity made here.</summary>
    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public int Count => properties.Count;

    /// <summary>A property, or null when there is none of that name. Setting null removes it.</summary>
    public object? this[string key]
    {
        get => properties.GetValueOrDefault(key);
        set
        {
            if (value is null)
            {
                properties.Remove(key);
            }
            else
            {
                properties[key] = value;
            }
        }
    }

    /// <exception cref="ArgumentException">There is a property of that name.</exception>
    public void Add(string key, object value) => properties.Add(key, value);

    public bool TryGetValue(string key, [NotNullWhen(true)] out object? value) => properties.TryGetValue(key, out value);

    /// <exception cref="InvalidOperationException">The property has another type.</exception>
    public string? GetString(string key) => this[key] switch
    {
        null => null,
        string text => text,
        { } other => throw OtherType(key, other, typeof(string)),
    };

    /// <exception cref="InvalidOperationException">The property has another type.</exception>
    public int? GetInt32(string key) => GetStruct<int>(key);

    /// <exception cref="InvalidOperationException">The property has another type.</exception>
    public long? GetInt64(string key) => GetStruct<long>(key);

    /// <exception cref="InvalidOperationException">The property has another type.</exception>
    public Guid? GetGuid(string key) => GetStruct<Guid>(key);

    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => properties.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private T? GetStruct<T>(string key)
        where T : struct => this[key] switch
        {
            null => null,
            T value => value,
            { } other => throw OtherType(key, other, typeof(T)),
        };

    private static InvalidOperationException OtherType(string key, object value, Type asked) =>
        new($"The property '{key}' holds a {value.GetType().Name}, not a {asked.Name}.");
}
