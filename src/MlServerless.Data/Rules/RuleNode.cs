using System.Globalization;

namespace MlServerless.Data;

/// <summary>A part of a rule's expression, as it was read; <see cref="object.ToString"/> writes it so that it reads back the same.</summary>
/// <param name="Position">The 1-based character at which it begins.</param>
internal abstract record RuleNode(int Position)
{
    /// <summary>The precedence of operators; what binds less is put into parentheses.</summary>
    internal const int OrLevel = 1;
    internal const int AndLevel = 2;
    internal const int NotLevel = 3;
    internal const int ComparisonLevel = 4;
    internal const int SumLevel = 5;
    internal const int ProductLevel = 6;
    internal const int SignLevel = 7;
    internal const int AtomLevel = 8;

    internal abstract int Level { get; }

    internal abstract string Text { get; }

    /// <summary>The parts it is made of.</summary>
    internal virtual IReadOnlyList<RuleNode> Parts => [];

    public sealed override string ToString() => Text;

    private protected static string At(RuleNode node, int level) => node.Level >= level ? node.Text : $"({node.Text})";
}

internal sealed record NumberNode(int Position, double Value) : RuleNode(Position)
{
    internal override int Level => AtomLevel;

    internal override string Text => Value.ToString("R", CultureInfo.InvariantCulture);
}

internal sealed record TextNode(int Position, string Value) : RuleNode(Position)
{
    internal override int Level => AtomLevel;

    internal override string Text => $"'{Value.Replace("'", "''", StringComparison.Ordinal)}'";
}

internal sealed record BooleanNode(int Position, bool Value) : RuleNode(Position)
{
    internal override int Level => AtomLevel;

    internal override string Text => Value ? "true" : "false";
}

/// <param name="Value">As it was written.</param>
/// <param name="Seconds">Since 1970-01-01 UTC.</param>
internal sealed record DateNode(int Position, string Value, double Seconds) : RuleNode(Position)
{
    internal override int Level => AtomLevel;

    internal override string Text => $"date('{Value}')";
}

internal sealed record ColumnNode(int Position, string Name) : RuleNode(Position)
{
    internal override int Level => AtomLevel;

    internal override string Text => RuleLexer.IsPlainName(Name) ? Name : $"`{Name.Replace("`", "``", StringComparison.Ordinal)}`";
}

internal sealed record LengthNode(int Position, RuleNode Of) : RuleNode(Position)
{
    internal override int Level => AtomLevel;

    internal override string Text => $"length({Of.Text})";

    internal override IReadOnlyList<RuleNode> Parts => [Of];
}

internal sealed record NegativeNode(int Position, RuleNode Of) : RuleNode(Position)
{
    internal override int Level => SignLevel;

    internal override string Text => $"-{At(Of, AtomLevel)}";

    internal override IReadOnlyList<RuleNode> Parts => [Of];
}

internal sealed record NotNode(int Position, RuleNode Of) : RuleNode(Position)
{
    internal override int Level => NotLevel;

    internal override string Text => $"not {At(Of, NotLevel)}";

    internal override IReadOnlyList<RuleNode> Parts => [Of];
}

internal sealed record MissingNode(int Position, RuleNode Of, bool Negated) : RuleNode(Position)
{
    internal override int Level => ComparisonLevel;

    internal override string Text => $"{At(Of, SumLevel)} is {(Negated ? "not " : "")}missing";

    internal override IReadOnlyList<RuleNode> Parts => [Of];
}

internal sealed record BetweenNode(int Position, RuleNode Of, RuleNode From, RuleNode To, bool Negated) : RuleNode(Position)
{
    internal override int Level => ComparisonLevel;

    internal override string Text => $"{At(Of, SumLevel)} {(Negated ? "not " : "")}between {At(From, SumLevel)} and {At(To, SumLevel)}";

    internal override IReadOnlyList<RuleNode> Parts => [Of, From, To];
}

internal sealed record InNode(int Position, RuleNode Of, IReadOnlyList<RuleNode> Values, bool Negated) : RuleNode(Position)
{
    internal override int Level => ComparisonLevel;

    internal override string Text => $"{At(Of, SumLevel)} {(Negated ? "not " : "")}in ({string.Join(", ", Values.Select(value => value.Text))})";

    internal override IReadOnlyList<RuleNode> Parts => [Of, .. Values];
}

internal sealed record BinaryNode(int Position, RuleOperator Operator, RuleNode Left, RuleNode Right) : RuleNode(Position)
{
    internal override int Level => Operator switch
    {
        RuleOperator.Or => OrLevel,
        RuleOperator.And => AndLevel,
        RuleOperator.Add or RuleOperator.Subtract => SumLevel,
        RuleOperator.Multiply or RuleOperator.Divide => ProductLevel,
        _ => ComparisonLevel,
    };

    internal override IReadOnlyList<RuleNode> Parts => [Left, Right];

    internal bool IsComparison => Level == ComparisonLevel;

    // All but comparisons group to the left.
    internal override string Text => $"{At(Left, IsComparison ? SumLevel : Level)} {Symbol} {At(Right, Level + 1)}";

    internal string Symbol => Operator switch
    {
        RuleOperator.Or => "or",
        RuleOperator.And => "and",
        RuleOperator.Equal => "=",
        RuleOperator.NotEqual => "!=",
        RuleOperator.Less => "<",
        RuleOperator.LessOrEqual => "<=",
        RuleOperator.Greater => ">",
        RuleOperator.GreaterOrEqual => ">=",
        RuleOperator.Add => "+",
        RuleOperator.Subtract => "-",
        RuleOperator.Multiply => "*",
        _ => "/",
    };
}
