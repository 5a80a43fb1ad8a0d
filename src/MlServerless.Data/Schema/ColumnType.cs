using System.Text.Json.Serialization;

namespace MlServerless.Data;

/// <summary>What the values of a column are. In JSON as lower camel strings.</summary>
[JsonConverter(typeof(LowerCamelEnumConverter<ColumnType>))]
public enum ColumnType
{
    /// <summary>Whole numbers within ±2^53, which a double holds exactly.</summary>
    Integer,

    /// <summary>Finite numbers, held as doubles.</summary>
    Number,

    /// <summary>True or false, held as 1 and 0.</summary>
    Boolean,

    /// <summary>One of a number of names.</summary>
    Category,

    /// <summary>Free text.</summary>
    Text,

    /// <summary>A point in time, held as seconds since 1970-01-01 UTC.</summary>
    DateTime,

    /// <summary>Read, checked for its row's shape, and otherwise left alone.</summary>
    Ignored,
}
