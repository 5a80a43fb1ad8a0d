namespace MlServerless.Data;

/// <summary>What the text of one value could be; the evidence from which types are inferred.</summary>
internal enum ValueClass
{
    /// <summary>Digits with a sign or without.</summary>
    Integer,

    /// <summary>A number with a point or an exponent.</summary>
    Number,

    /// <summary>Digits that would lose something as a number: leading zeros, or more than 2^53.</summary>
    Code,

    /// <summary>The word true or false.</summary>
    Boolean,

    DateTime,

    Other,
}
