namespace MlServerless.Data;

/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; of strings and quoted names, without the quotes.</param>
/// <param name="Position">The 1-based character at which it begins.</param>
internal readonly record struct RuleToken(RuleTokenKind Kind, string Text, int Position)
{
    internal bool Is(string symbolOrWord) =>
        Kind is RuleTokenKind.Symbol or RuleTokenKind.Word && string.Equals(Text, symbolOrWord, StringComparison.OrdinalIgnoreCase);

    internal string Describe() => Kind switch
    {
        RuleTokenKind.End => "the end",
        RuleTokenKind.String => $"the string '{Text}'",
        RuleTokenKind.QuotedName => $"the column `{Text}`",
        _ => $"'{Text}'",
    };
}
