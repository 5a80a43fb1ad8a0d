using System.Text;

namespace MlServerless.Data;

/// <summary>Cuts the text of a rule into words, literals and symbols.</summary>
internal static class RuleLexer
{
    private static readonly string[] Keywords = ["and", "or", "not", "in", "is", "missing", "between", "true", "false"];

    private static readonly string[] Symbols = ["<=", ">=", "!=", "<>", "==", "=", "<", ">", "+", "-", "*", "/", "(", ")", ","];

    /// <summary>Whether a column of that name needs no quotes.</summary>
    internal static bool IsPlainName(string name) =>
        name.Length > 0 && IsNameStart(name[0]) && name.All(IsNamePart) && !IsKeyword(name);

    internal static bool IsKeyword(string word) => Keywords.Contains(word, StringComparer.OrdinalIgnoreCase);

    /// <exception cref="RuleSyntaxException">A quote is not closed, or a character has no meaning.</exception>
    internal static List<RuleToken> Read(string text)
    {
        var tokens = new List<RuleToken>();
        int i = 0;
        while (i < text.Length)
        {
            if (char.IsWhiteSpace(text[i]))
                i++;
            else
                tokens.Add(ReadToken(text, ref i));
        }

        tokens.Add(new RuleToken(RuleTokenKind.End, "", text.Length + 1));
        return tokens;
    }

    private static RuleToken ReadToken(string text, ref int i)
    {
        int start = i;
        char first = text[i];
        if (first is '\'' or '"' or '`')
            return new RuleToken(first == '\'' ? RuleTokenKind.String : RuleTokenKind.QuotedName, ReadQuoted(text, ref i, first), start + 1);
        if (char.IsAsciiDigit(first) || (first == '.' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1])))
        {
            SkipNumber(text, ref i);
            return new RuleToken(RuleTokenKind.Number, text[start..i], start + 1);
        }

        if (IsNameStart(first))
        {
            while (i < text.Length && IsNamePart(text[i]))
                i++;
            return new RuleToken(RuleTokenKind.Word, text[start..i], start + 1);
        }

        if (Array.Find(Symbols, symbol => string.CompareOrdinal(text, start, symbol, 0, symbol.Length) == 0) is { } found)
        {
            i += found.Length;
            return new RuleToken(RuleTokenKind.Symbol, found, start + 1);
        }

        string hint = first switch
        {
            '&' => " Write 'and'.",
            '|' => " Write 'or'.",
            '!' => " Write 'not', or '!=' for unequal.",
            '%' or '^' => " The arithmetic has + - * and /.",
            '‘' or '’' or '“' or '”' => " Write straight quotes: 'text' or \"column\".",
            _ => " Put names of columns with such characters into backquotes: `name of the column`.",
        };
        string shown = char.IsSurrogate(first) || char.IsControl(first) ? FormattableString.Invariant($"U+{(int)first:X4}") : first.ToString();
        throw new RuleSyntaxException($"the character '{shown}' has no meaning here.{hint}", start + 1);
    }

    private static string ReadQuoted(string text, ref int i, char quote)
    {
        int start = i++;
        var value = new StringBuilder();
        while (i < text.Length)
        {
            if (text[i] != quote)
            {
                value.Append(text[i++]);
            }
            else if (i + 1 < text.Length && text[i + 1] == quote)
            {
                value.Append(quote);
                i += 2;
            }
            else
            {
                i++;
                if (quote != '\'' && value.Length == 0)
                    throw new RuleSyntaxException("the name of a column is empty; write it between the quotes.", start + 1);
                return value.ToString();
            }
        }

        throw new RuleSyntaxException($"the quote {quote} is never closed; close it, or double it where it belongs to the text.", start + 1);
    }

    private static void SkipNumber(string text, ref int i)
    {
        while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] == '.'))
            i++;
        if (i < text.Length && text[i] is 'e' or 'E')
        {
            int exponent = i + 1 < text.Length && text[i + 1] is '+' or '-' ? i + 2 : i + 1;
            if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
            {
                i = exponent;
                while (i < text.Length && char.IsAsciiDigit(text[i]))
                    i++;
            }
        }

        while (i < text.Length && IsNamePart(text[i]))
            i++;
    }

    private static bool IsNameStart(char c) => char.IsLetter(c) || c == '_';

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '_' or '.';
}
