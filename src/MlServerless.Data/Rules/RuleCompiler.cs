using System.Text;

namespace MlServerless.Data;

/// <summary>Makes of a typed expression what is called for every row.</summary>
internal sealed class RuleCompiler(IReadOnlyList<string> columns, IReadOnlyDictionary<string, RuleType> types)
{
    internal delegate Truth Test(RuleRow row);

    private delegate double Number(RuleRow row);

    private delegate ReadOnlySpan<byte> Text(RuleRow row);

    internal Test Compile(RuleNode node)
    {
        switch (node)
        {
            case BooleanNode literal:
                return _ => literal.Value ? Truth.True : Truth.False;
            case ColumnNode:
                Number flag = CompileNumber(node);
                return row => Of(flag(row), 1, RuleOperator.Equal);
            case NotNode not:
                Test negated = Compile(not.Of);
                return row => Not(negated(row));
            case MissingNode missing:
                int column = Index((ColumnNode)missing.Of);
                return row => row.Text(column).IsEmpty != missing.Negated ? Truth.True : Truth.False;
            case BetweenNode between:
                return CompileBetween(between);
            case InNode list:
                return CompileIn(list);
        }

        var binary = (BinaryNode)node;
        if (binary.Operator is RuleOperator.And or RuleOperator.Or)
        {
            Test left = Compile(binary.Left);
            Test right = Compile(binary.Right);
            return binary.Operator == RuleOperator.And
                ? row => left(row) is var first && first == Truth.False ? Truth.False : Least(first, right(row))
                : row => left(row) is var first && first == Truth.True ? Truth.True : Greatest(first, right(row));
        }

        return CompileComparison(binary);
    }

    private Test CompileComparison(BinaryNode node)
    {
        RuleOperator comparison = node.Operator;
        if (!IsText(node.Parts))
        {
            bool dates = IsDate(node.Parts);
            Number left = CompileNumber(node.Left, dates);
            Number right = CompileNumber(node.Right, dates);
            return row => Of(left(row), right(row), comparison);
        }

        Text first = CompileText(node.Left);
        Text second = CompileText(node.Right);
        bool equal = comparison == RuleOperator.Equal;
        return row =>
        {
            ReadOnlySpan<byte> one = first(row);
            ReadOnlySpan<byte> other = second(row);
            return one.IsEmpty || other.IsEmpty ? Truth.Unknown : one.SequenceEqual(other) == equal ? Truth.True : Truth.False;
        };
    }

    private Test CompileBetween(BetweenNode node)
    {
        bool dates = IsDate(node.Parts);
        Number of = CompileNumber(node.Of, dates);
        Number from = CompileNumber(node.From, dates);
        Number to = CompileNumber(node.To, dates);
        return row =>
        {
            double value = of(row);
            Truth within = Least(Of(value, from(row), RuleOperator.GreaterOrEqual), Of(value, to(row), RuleOperator.LessOrEqual));
            return node.Negated ? Not(within) : within;
        };
    }

    private Test CompileIn(InNode node)
    {
        if (IsText(node.Parts))
        {
            Text of = CompileText(node.Of);
            byte[][] texts = [.. node.Values.Select(value => Encoding.UTF8.GetBytes(((TextNode)value).Value))];
            return row =>
            {
                ReadOnlySpan<byte> value = of(row);
                if (value.IsEmpty)
                    return Truth.Unknown;
                bool found = false;
                foreach (byte[] text in texts)
                    found |= value.SequenceEqual(text);
                return found != node.Negated ? Truth.True : Truth.False;
            };
        }

        bool dates = IsDate(node.Parts);
        Number number = CompileNumber(node.Of, dates);
        double[] numbers = [.. node.Values.Select(value => Constant(value, dates))];
        return row => number(row) is var value && double.IsNaN(value) ? Truth.Unknown : numbers.Contains(value) != node.Negated ? Truth.True : Truth.False;
    }

    private Number CompileNumber(RuleNode node, bool dates = false)
    {
        switch (node)
        {
            case NumberNode or DateNode or TextNode:
                double constant = Constant(node, dates);
                return _ => constant;
            case ColumnNode column:
                int index = Index(column);
                return types[column.Name] switch
                {
                    RuleType.Boolean => row => row.Number<BooleanReader>(index),
                    RuleType.DateTime => row => row.Number<DateTimeReader>(index),
                    _ => row => row.Number<NumberReader>(index),
                };
            case LengthNode { Of: ColumnNode text }:
                int textIndex = Index(text);
                return row => row.Text(textIndex) is var value && value.IsEmpty ? double.NaN : Runes(value);
            case NegativeNode negative:
                Number negated = CompileNumber(negative.Of);
                return row => -negated(row);
            case BinaryNode { Level: RuleNode.SumLevel or RuleNode.ProductLevel } binary:
                Number left = CompileNumber(binary.Left);
                Number right = CompileNumber(binary.Right);
                return binary.Operator switch
                {
                    RuleOperator.Add => row => Finite(left(row) + right(row)),
                    RuleOperator.Subtract => row => Finite(left(row) - right(row)),
                    RuleOperator.Multiply => row => Finite(left(row) * right(row)),
                    _ => row => Finite(left(row) / right(row)),
                };
            default:
                Test condition = Compile(node);
                return row => condition(row) switch { Truth.True => 1, Truth.False => 0, _ => double.NaN };
        }
    }

    private Text CompileText(RuleNode node)
    {
        if (node is TextNode literal)
        {
            byte[] text = Encoding.UTF8.GetBytes(literal.Value);
            return _ => text;
        }

        int index = Index((ColumnNode)node);
        return row => row.Text(index);
    }

    private int Index(ColumnNode column)
    {
        for (int i = 0; i < columns.Count; i++)
        {
            if (columns[i] == column.Name)
                return i;
        }

        throw new InvalidOperationException($"The column '{column.Name}' was not collected.");
    }

    private bool IsText(IReadOnlyList<RuleNode> sides) => !IsDate(sides) && sides.Any(side => RuleTyper.TypeOf(side, types) == RuleType.Text);

    private bool IsDate(IReadOnlyList<RuleNode> sides) => sides.Any(side => RuleTyper.TypeOf(side, types) == RuleType.DateTime);

    private static double Constant(RuleNode node, bool dates) => node switch
    {
        NumberNode number => number.Value,
        NegativeNode { Of: NumberNode number } => -number.Value,
        DateNode date => date.Seconds,
        BooleanNode flag => flag.Value ? 1 : 0,
        TextNode text when dates => RuleParser.ReadDate(text.Value, text.Position).Seconds,
        _ => throw new InvalidOperationException($"{node} is no constant."),
    };

    private static Truth Of(double left, double right, RuleOperator comparison)
    {
        if (double.IsNaN(left) || double.IsNaN(right))
            return Truth.Unknown;
        bool holds = comparison switch
        {
            RuleOperator.Equal => left == right,
            RuleOperator.NotEqual => left != right,
            RuleOperator.Less => left < right,
            RuleOperator.LessOrEqual => left <= right,
            RuleOperator.Greater => left > right,
            _ => left >= right,
        };
        return holds ? Truth.True : Truth.False;
    }

    /// <summary>What a division by zero or an overflow gives is not known.</summary>
    private static double Finite(double value) => double.IsFinite(value) ? value : double.NaN;

    private static int Runes(ReadOnlySpan<byte> utf8)
    {
        int count = 0;
        foreach (byte value in utf8)
            count += (value & 0xC0) != 0x80 ? 1 : 0;
        return count;
    }

    private static Truth Not(Truth truth) => (Truth)((int)Truth.True - (int)truth);

    private static Truth Least(Truth a, Truth b) => a < b ? a : b;

    private static Truth Greatest(Truth a, Truth b) => a > b ? a : b;
}
