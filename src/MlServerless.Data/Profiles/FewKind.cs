namespace MlServerless.Data;

/// <summary>What a value counts as; the first are those of <see cref="ValueClass"/>.</summary>
internal enum FewKind
{
    Integer = ValueClass.Integer,
    Number = ValueClass.Number,
    Code = ValueClass.Code,
    Boolean = ValueClass.Boolean,
    DateTime = ValueClass.DateTime,
    Other = ValueClass.Other,
    Missing,
    NonFinite,

    /// <summary>A name of a column that is declared.</summary>
    Declared,

    /// <summary>A name that the declaration does not list.</summary>
    OutsideDomain,

    /// <summary>Not looked at.</summary>
    Ignored,
}
