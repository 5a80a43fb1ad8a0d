using System.Globalization;
using System.Text;

namespace MlServerless.Functions.Tests.Deployment.Bicep;

/// <summary>
/// Parses the Bicep language as far as infra/ uses it (Bicep 0.30: no types of one's own, no functions of one's own, no imports, no lambdas). What it does
/// not know is an error, so nothing passes unread.
/// </summary>
internal sealed class BicepParser(string file, string text)
{
    private static readonly string[][] Levels = [["??"], ["||"], ["&&"], ["==", "!=", "=~", "!~"], ["<=", ">=", "<", ">"], ["+", "-"], ["*", "/", "%"]];
    private int at;

    public static IReadOnlyList<BicepDeclaration> Parse(string file) => new BicepParser(Path.GetFileName(file), File.ReadAllText(file)).ParseAll();

    private IReadOnlyList<BicepDeclaration> ParseAll()
    {
        var found = new List<BicepDeclaration>();
        for (SkipLines(); at < text.Length; SkipLines())
            found.Add(Statement());
        return found;
    }

    private BicepDeclaration Statement()
    {
        var decorators = new List<BicepNode>();
        while (TryTake("@"))
        {
            decorators.Add(Postfix());
            SkipLines();
        }

        string keyword = Name();
        switch (keyword)
        {
            case "targetScope":
                Take("=");
                return new BicepDeclaration(keyword, "", "", false, decorators, Expression());
            case "param":
            {
                string name = Name();
                string type = Name();
                while (TryTake("[]"))
                    type += "[]";
                return new BicepDeclaration(keyword, name, type, false, decorators, TryTake("=") ? Expression() : null);
            }

            case "var":
            {
                string name = Name();
                Take("=");
                return new BicepDeclaration(keyword, name, "", false, decorators, Expression());
            }

            case "output":
            {
                string name = Name();
                string type = Name();
                Take("=");
                return new BicepDeclaration(keyword, name, type, false, decorators, Expression());
            }

            case "resource" or "module":
                return Resource(keyword, decorators);
            default:
                throw Wrong($"'{keyword}' begins no statement");
        }
    }

    private BicepDeclaration Resource(string keyword, List<BicepNode> decorators)
    {
        string name = Name();
        BicepNode type = Text();
        bool existing = TryWord("existing");
        Take("=");
        BicepNode body = Expression();
        return body.Core.Kind == BicepKind.Object
            ? new BicepDeclaration(keyword, name, type.Items.Single().Value, existing, decorators, body)
            : throw Wrong($"the body of {name} is no object");
    }

    private BicepNode Expression()
    {
        if (TryWord("if"))
        {
            Take("(");
            BicepNode condition = Expression();
            Take(")");
            return BicepNode.Of(BicepKind.Condition, "if", condition, Expression());
        }

        BicepNode value = Binary(0);
        if (!TryTake("?"))
            return value;
        SkipLines();
        BicepNode then = Expression();
        SkipLines();
        Take(":");
        SkipLines();
        return BicepNode.Of(BicepKind.Operator, "?:", value, then, Expression());
    }

    private BicepNode Binary(int level)
    {
        if (level == Levels.Length)
            return Unary();
        BicepNode left = Binary(level + 1);
        while (Levels[level].FirstOrDefault(TryTake) is { } found)
            left = BicepNode.Of(BicepKind.Operator, found, left, Binary(level + 1));
        return left;
    }

    private BicepNode Unary() => TryTake("!") ? BicepNode.Of(BicepKind.Operator, "!", Unary()) : TryTake("-") ? BicepNode.Of(BicepKind.Operator, "-", Unary()) : Postfix();

    private BicepNode Postfix()
    {
        BicepNode value = Primary();
        while (true)
        {
            if (TryTake("::") || TryTake(".?") || TryTake("."))
                value = BicepNode.Of(BicepKind.Member, Name(), value);
            else if (at < text.Length && text[at] == '(')
                value = new BicepNode(BicepKind.Call, "", [value, .. List("(", ")")]);
            else if (at < text.Length && text[at] == '[')
                value = BicepNode.Of(BicepKind.Index, "", value, List("[", "]").Single());
            else if (at < text.Length && text[at] == '!' && text[at + 1] != '=')
                at++;
            else
                return value;
        }
    }

    private BicepNode Primary()
    {
        SkipBlanks();
        char c = at < text.Length ? text[at] : '\0';
        if (c == '\'')
            return Text();
        if (c == '{')
            return Object();
        if (c == '[')
            return Array();
        if (c == '(')
            return List("(", ")").Single();
        if (char.IsAsciiDigit(c))
        {
            int start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
            return BicepNode.Of(BicepKind.Number, text[start..at]);
        }

        string name = Name();
        return BicepNode.Of(name is "true" or "false" or "null" ? BicepKind.Literal : BicepKind.Identifier, name);
    }

    private BicepNode Array()
    {
        int start = at;
        Take("[");
        SkipLines();
        if (!TryWord("for"))
        {
            at = start;
            return new BicepNode(BicepKind.Array, "", List("[", "]"));
        }

        string names;
        if (TryTake("("))
        {
            names = Name();
            Take(",");
            names += "," + Name();
            Take(")");
        }
        else
        {
            names = Name();
        }

        if (!TryWord("in"))
            throw Wrong("'in' is missing");
        BicepNode source = Expression();
        Take(":");
        BicepNode body = Expression();
        SkipLines();
        Take("]");
        return BicepNode.Of(BicepKind.Loop, names, source, body);
    }

    private BicepNode Object()
    {
        Take("{");
        var items = new List<BicepNode>();
        for (SkipLines(); !TryTake("}"); SkipLines())
        {
            int start = at;
            if (text[at] != '\'' && Name() == "resource" && text[at] != ':')
            {
                items.Add(new BicepNode(BicepKind.Nested, "", [], Resource("resource", [])));
            }
            else
            {
                at = start;
                string name = text[at] == '\'' ? Key() : Name();
                Take(":");
                items.Add(BicepNode.Of(BicepKind.Property, name, Expression()));
            }

            TryTake(",");
        }

        return new BicepNode(BicepKind.Object, "", items);
    }

    /// <summary>A key that is a string; one with an expression in it is known as "*".</summary>
    private string Key() => Text() is { Items: [{ Kind: BicepKind.Text } only] } ? only.Value : "*";

    private List<BicepNode> List(string open, string close)
    {
        Take(open);
        var items = new List<BicepNode>();
        for (SkipLines(); !TryTake(close); SkipLines())
        {
            items.Add(Expression());
            SkipLines();
            TryTake(",");
        }

        return items;
    }

    private BicepNode Text()
    {
        Take("'");
        var parts = new List<BicepNode>();
        var literal = new StringBuilder();
        while (text[at] != '\'')
        {
            if (text[at] == '\n')
                throw Wrong("a string does not end on its line");
            if (text[at] == '\\')
            {
                literal.Append(text[at + 1] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
                at += 2;
            }
            else if (text[at] == '$' && text[at + 1] == '{')
            {
                parts.Add(BicepNode.Of(BicepKind.Text, literal.ToString()));
                literal.Clear();
                at += 2;
                parts.Add(Expression());
                Take("}");
            }
            else
            {
                literal.Append(text[at++]);
            }
        }

        at++;
        if (literal.Length > 0 || parts.Count == 0)
            parts.Add(BicepNode.Of(BicepKind.Text, literal.ToString()));
        return new BicepNode(BicepKind.Text, "", [.. parts.Where(part => part is not { Kind: BicepKind.Text, Items.Count: 0, Value: "" } || parts.Count == 1)]);
    }

    private string Name()
    {
        SkipBlanks();
        int start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
            at++;
        return at > start ? text[start..at] : throw Wrong("a name is missing");
    }

    private bool TryWord(string word)
    {
        SkipBlanks();
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0 || (at + word.Length < text.Length && char.IsAsciiLetterOrDigit(text[at + word.Length])))
            return false;
        at += word.Length;
        return true;
    }

    private bool TryTake(string token)
    {
        int before = at;
        SkipBlanks();
        if (string.CompareOrdinal(text, at, token, 0, token.Length) == 0)
        {
            at += token.Length;
            return true;
        }

        at = before;
        return false;
    }

    private void Take(string token)
    {
        if (!TryTake(token))
            throw Wrong($"'{token}' is missing");
    }

    private void SkipLines()
    {
        for (int before = -1; before != at;)
        {
            before = at;
            SkipBlanks();
            while (at < text.Length && text[at] is '\n' or '\r')
                at++;
        }
    }

    /// <summary>Spaces and comments, but not line ends.</summary>
    private void SkipBlanks()
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t')
                at++;
            else if (string.CompareOrdinal(text, at, "//", 0, 2) == 0)
                at = text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length;
            else
                return;
        }
    }

    private InvalidDataException Wrong(string what)
    {
        int line = text.AsSpan(0, Math.Min(at, text.Length)).Count('\n') + 1;
        return new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{file}, line {line}: {what}."));
    }
}
