using System.Text;

namespace MlServerless.Data;

/// <summary>
/// Reads expressions such as <c>tenure_months &gt;= 0 and end_date &gt;= start_date</c>. Recursive descent; length and depth are bounded.
/// </summary>
internal sealed class RuleParser
{
    internal const int MaxLength = 2000;
    private const int MaxDepth = 64;

    private readonly List<RuleToken> tokens;
    private int next;
    private int depth;

    private RuleParser(List<RuleToken> tokens) => this.tokens = tokens;

    private RuleToken Current => tokens[next];

    /// <exception cref="RuleSyntaxException">The text is no expression.</exception>
    internal static RuleNode Parse(string text)
    {
        if (text.Length > MaxLength)
            throw new RuleSyntaxException($"the expression has {text.Length} characters; {MaxLength} are allowed. Split it into several rules.", MaxLength + 1);
        var parser = new RuleParser(RuleLexer.Read(text));
        RuleNode node = parser.ReadOr();
        if (parser.Current.Kind != RuleTokenKind.End)
            throw parser.Unexpected("an operator or the end");
        return node;
    }

    private RuleNode ReadOr() => ReadLeft(ReadAnd, ("or", RuleOperator.Or));

    private RuleNode ReadAnd() => ReadLeft(ReadNot, ("and", RuleOperator.And));

    private RuleNode ReadNot()
    {
        RuleToken token = Current;
        return TryTake("not") ? new NotNode(token.Position, Deeper(ReadNot)) : ReadComparison();
    }

    private RuleNode ReadComparison()
    {
        RuleNode left = ReadSum();
        RuleToken token = Current;
        if (TryTake("is"))
        {
            bool negated = TryTake("not");
            if (!TryTake("missing"))
                throw Unexpected(Current.Is("null") || Current.Is("empty") || Current.Is("na") ? "'missing' (write 'is missing')" : "'missing'");
            return new MissingNode(left.Position, left, negated);
        }

        bool not = TryTake("not");
        if (TryTake("in"))
            return new InNode(left.Position, left, ReadList(), not);
        if (TryTake("between"))
        {
            RuleNode from = ReadSum();
            Expect("and");
            return new BetweenNode(left.Position, left, from, ReadSum(), not);
        }

        if (not)
            throw Unexpected("'in' or 'between' after 'not'");
        if (Comparison(token) is not { } comparison)
            return left;
        next++;
        RuleNode right = ReadSum();
        if (Comparison(Current) is not null)
            throw new RuleSyntaxException("comparisons are not chained; write 'x between a and b', or join two of them by 'and'.", Current.Position);
        return new BinaryNode(left.Position, comparison, left, right);
    }

    private RuleNode ReadSum() => ReadLeft(ReadProduct, ("+", RuleOperator.Add), ("-", RuleOperator.Subtract));

    private RuleNode ReadProduct() => ReadLeft(ReadSigned, ("*", RuleOperator.Multiply), ("/", RuleOperator.Divide));

    private RuleNode ReadSigned()
    {
        RuleToken token = Current;
        return TryTake("-") ? new NegativeNode(token.Position, Deeper(ReadSigned)) : ReadAtom();
    }

    private RuleNode ReadAtom()
    {
        RuleToken token = Current;
        switch (token.Kind)
        {
            case RuleTokenKind.Number:
                next++;
                return ReadNumber(token);
            case RuleTokenKind.String:
                next++;
                return new TextNode(token.Position, token.Text);
            case RuleTokenKind.QuotedName:
                next++;
                return new ColumnNode(token.Position, token.Text);
            case RuleTokenKind.Word when token.Is("true") || token.Is("false"):
                next++;
                return new BooleanNode(token.Position, token.Is("true"));
            case RuleTokenKind.Word when !RuleLexer.IsKeyword(token.Text):
                next++;
                return Current.Is("(") ? ReadCall(token) : new ColumnNode(token.Position, token.Text);
        }

        if (!TryTake("("))
            throw Unexpected("a column, a value or '('");
        RuleNode inner = Deeper(ReadOr);
        Expect(")");
        return inner;
    }

    private RuleNode ReadCall(RuleToken name)
    {
        Expect("(");
        if (name.Is("length"))
        {
            RuleNode of = Deeper(ReadSum);
            Expect(")");
            return new LengthNode(name.Position, of);
        }

        if (!name.Is("date"))
            throw new RuleSyntaxException($"there is no function '{name.Text}'; {NearestName.Hint(name.Text, ["length", "date"]) ?? "there are length(column) and date('2026-01-31')"}.", name.Position);
        RuleToken text = Current;
        if (text.Kind != RuleTokenKind.String)
            throw Unexpected("a date in quotes, such as date('2026-01-31')");
        next++;
        Expect(")");
        return ReadDate(text, name.Position);
    }

    /// <exception cref="RuleSyntaxException">The string is no date.</exception>
    internal static DateNode ReadDate(string value, int position) =>
        ValueParser.TryDateTime(Encoding.UTF8.GetBytes(value), out double seconds)
            ? new DateNode(position, value, seconds)
            : throw new RuleSyntaxException($"'{value}' is no date or time; write it like '2026-01-31' or '2026-01-31T12:00:00Z'.", position);

    private static DateNode ReadDate(RuleToken text, int position) => ReadDate(text.Text, text.Position) with { Position = position };

    private static NumberNode ReadNumber(RuleToken token) =>
        ValueParser.TryNumber(Encoding.UTF8.GetBytes(token.Text), out double value)
            ? new NumberNode(token.Position, value)
            : throw new RuleSyntaxException($"'{token.Text}' is no number; write it like 12, 0.5 or 1e6, without separators or units. Names of columns that begin with a digit go into backquotes: `{token.Text}`.", token.Position);

    private List<RuleNode> ReadList()
    {
        Expect("(");
        var values = new List<RuleNode>();
        do
        {
            RuleToken token = Current;
            RuleNode value = ReadSigned();
            if (value is NegativeNode { Of: NumberNode } or NumberNode or TextNode or BooleanNode or DateNode)
                values.Add(value);
            else
                throw new RuleSyntaxException("the list after 'in' holds values only, such as ('a', 'b') or (1, 2); put text into single quotes.", token.Position);
        }
        while (TryTake(","));
        Expect(")");
        return values;
    }

    private RuleNode ReadLeft(Func<RuleNode> operand, params ReadOnlySpan<(string Symbol, RuleOperator Operator)> operators)
    {
        RuleNode left = operand();
        int chain = 0;
        while (true)
        {
            RuleOperator? found = null;
            foreach ((string symbol, RuleOperator candidate) in operators)
            {
                if (found is null && TryTake(symbol))
                    found = candidate;
            }

            if (found is not { } taken)
                return left;

            // Each link is a level of the tree.
            if (++chain > MaxDepth * 4)
                throw new RuleSyntaxException("too many parts in a row; split the expression into several rules.", Current.Position);
            left = new BinaryNode(left.Position, taken, left, operand());
        }
    }

    private RuleNode Deeper(Func<RuleNode> read)
    {
        if (++depth > MaxDepth)
            throw new RuleSyntaxException($"the expression is nested more than {MaxDepth} deep; split it into several rules.", Current.Position);
        RuleNode node = read();
        depth--;
        return node;
    }

    private static RuleOperator? Comparison(RuleToken token) => token.Kind != RuleTokenKind.Symbol ? null : token.Text switch
    {
        "=" or "==" => RuleOperator.Equal,
        "!=" or "<>" => RuleOperator.NotEqual,
        "<" => RuleOperator.Less,
        "<=" => RuleOperator.LessOrEqual,
        ">" => RuleOperator.Greater,
        ">=" => RuleOperator.GreaterOrEqual,
        _ => null,
    };

    private bool TryTake(string symbolOrWord)
    {
        if (!Current.Is(symbolOrWord))
            return false;
        next++;
        return true;
    }

    private void Expect(string symbolOrWord)
    {
        if (!TryTake(symbolOrWord))
            throw Unexpected($"'{symbolOrWord}'");
    }

    private RuleSyntaxException Unexpected(string expected)
    {
        string hint = Current.Kind == RuleTokenKind.Word && NearestName.Hint(Current.Text, ["and", "or", "not", "in", "is", "between", "missing"]) is { } suggestion ? $" ({suggestion})" : "";
        return new RuleSyntaxException($"{expected} is expected, found {Current.Describe()}{hint}.", Current.Position);
    }
}
