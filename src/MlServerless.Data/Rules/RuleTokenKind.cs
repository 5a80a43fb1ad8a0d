namespace MlServerless.Data;

internal enum RuleTokenKind
{
    End,
    Number,
    String,

    /// <summary>A name or a keyword.</summary>
    Word,

    QuotedName,
    Symbol,
}
