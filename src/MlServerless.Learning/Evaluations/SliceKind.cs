using System.Text.Json.Serialization;
using MlServerless.Data;

namespace MlServerless.Learning.Evaluations;

/// <summary>What the rows of a slice have in common.</summary>
[JsonConverter(typeof(LowerCamelEnumConverter<SliceKind>))]
public enum SliceKind
{
    /// <summary>One value.</summary>
    Value,

    /// <summary>Numbers or dates of a range.</summary>
    Range,

    /// <summary>Values that have too few rows each.</summary>
    Rare,

    /// <summary>No value.</summary>
    Missing,
}
