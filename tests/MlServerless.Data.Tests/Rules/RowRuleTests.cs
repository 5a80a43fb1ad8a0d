using FsCheck;

namespace MlServerless.Data.Tests.Rules;

public class RowRuleTests
{
    private static readonly DataSchema Declared = new()
    {
        Columns =
        [
            new() { Name = "n", Type = ColumnType.Number },
            new() { Name = "b", Type = ColumnType.Boolean },
            new() { Name = "d", Type = ColumnType.DateTime },
            new() { Name = "end_date", Type = ColumnType.DateTime },
            new() { Name = "c", Type = ColumnType.Category },
            new() { Name = "gone", Type = ColumnType.Ignored },
        ],
    };

    [Theory]
    [InlineData("n >= 0", "n\n1\n-1\n", 2)]
    [InlineData("n = -1 or n > 0", "n\n1\n0\n-1\n", 2)]
    [InlineData("not (n between 0 and 10)", "n\n1\n20\n", 1)]
    [InlineData("n not between 0 and 10", "n\n1\n20\n", 1)]
    [InlineData("u + 1 > 2 * 3", "u\n6\n5\n", 2)]
    [InlineData("6 / u = 2", "u\n3\n2\n", 2)]
    [InlineData("-u <= -1", "u\n3\n0\n", 2)]
    [InlineData("b", "b\nyes\nno\n", 2)]
    [InlineData("b = true and u in (1, -2)", "b,u\nyes,1\nyes,-2\nno,1\n", 3)]
    [InlineData("d >= '2026-01-01'", "d\n2026-01-02\n2025-12-31\n", 2)]
    [InlineData("u >= date('2026-01-01')", "u\n2026-01-02\n2025-12-31\n", 2)]
    [InlineData("end_date >= d", "d,end_date\n2026-01-01,2026-01-02\n2026-01-01,2025-01-02\n", 2)]
    [InlineData("c in ('a', 'it''s')", "c\na\nit's\nb\n", 3)]
    [InlineData("c != 'a'", "c\nb\na\n", 2)]
    [InlineData("length(c) = 2", "c\néé\na\n", 2)]
    [InlineData("`odd name` is not missing", "odd name\nx\n\"\"\n", 2)]
    [InlineData("\"odd name\" IS MISSING", "odd name\nNA\nx\n", 2)]
    [InlineData("n = 1 = b", null, 0)]
    [InlineData("(n = 1) = b", "n,b\n1,yes\n2,no\n2,yes\n", 3)]
    [InlineData("n - 1 - 1 = 0", "n\n2\n0\n", 2)]
    public void Scan_Rule_FailsInItsRow(string expression, string? csv, long row)
    {
        if (csv is null)
        {
            Assert.Contains("not chained", Fault(expression), StringComparison.Ordinal);
            return;
        }

        RuleTally tally = Tally(expression, csv);
        Assert.Equal(1, tally.Failed.Count);
        Assert.Equal([row], tally.Failed.Rows);
        Assert.Equal(0, tally.Unknown);
    }

    [Theory]
    [InlineData("n > 0", "n\n\"\"\n", 0, 1)]
    [InlineData("n > 0 and c = 'a'", "n,c\n,a\n,b\n", 1, 1)]
    [InlineData("n > 0 or c = 'a'", "n,c\n,a\n,b\n", 0, 1)]
    [InlineData("not n > 0", "n\nNA\n", 0, 1)]
    [InlineData("n is missing or n > 0", "n\nNA\n1\n-1\n", 1, 0)]
    [InlineData("u > 0", "u\n1\nabc\n", 1, 0)]
    [InlineData("u > 0 or c = 'a'", "u,c\nabc,a\nabc,b\n", 1, 0)]
    [InlineData("1 / u > 0", "u\n0\ninf\n", 0, 2)]
    [InlineData("elsewhere > 0", "n\n1\n2\n", 0, 2)]
    [InlineData("c in ('a')", "c\n\"\"\n", 0, 1)]
    public void Scan_MissingValues_DoNotFailARuleThatCannotTell(string expression, string csv, long failed, long unknown)
    {
        RuleTally tally = Tally(expression, csv);
        Assert.Equal((failed, unknown), (tally.Failed.Count, tally.Unknown));
    }

    [Theory]
    [InlineData("", 1, "a column, a value or '('")]
    [InlineData("n >", 4, "found the end")]
    [InlineData("n >= 0 adn n < 5", 8, "did you mean 'and'?")]
    [InlineData("n >= 0 && n < 5", 8, "Write 'and'")]
    [InlineData("(n >= 0", 8, "')' is expected")]
    [InlineData("n is null", 6, "'missing' (write 'is missing')")]
    [InlineData("c = 'a", 5, "never closed")]
    [InlineData("n > 1x", 5, "is no number")]
    [InlineData("lenght(c) > 1", 1, "did you mean 'length'?")]
    [InlineData("n > 'a'", 5, "write numbers without quotes")]
    [InlineData("d > 'soon'", 5, "is no date or time")]
    [InlineData("d > 5", 5, "")]
    [InlineData("end_dat >= other", 1, "did you mean 'end_date'?")]
    [InlineData("start >= '2026-01-01'", 1, "Declare 'start' as number or dateTime")]
    [InlineData("x = y", 1, "declare it under 'columns'")]
    [InlineData("n + 1", 1, "no condition")]
    [InlineData("1 = 1", 1, "names no column")]
    [InlineData("gone = 1", 1, "declared as ignored")]
    [InlineData("c = ''", 5, "write 'is missing'")]
    [InlineData("n in (1, u)", 10, "values only")]
    [InlineData("b and n", 7, "declared as a number")]
    [InlineData("length(n) > 1", 8, "declared as a number")]
    [InlineData("n + 1 is missing", 1, "only a column")]
    [InlineData("n % 2 = 0", 3, "+ - * and /")]
    public void Parse_Fault_TellsWhereAndHowToMend(string expression, int position, string mend)
    {
        RuleSyntaxException fault = Assert.Throws<RuleSyntaxException>(() => RowRule.Parse("r", expression, Declared));
        Assert.Equal(position, fault.Position);
        Assert.StartsWith($"at character {position}: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(mend, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TooLongOrTooDeep_IsAFault()
    {
        Assert.Contains("Split it", Fault($"n > {new string('1', 3000)}"), StringComparison.Ordinal);
        Assert.Contains("nested", Fault(new string('(', 900) + "n > 0" + new string(')', 900)), StringComparison.Ordinal);
        Assert.Contains("nested", Fault(string.Concat(Enumerable.Repeat("not ", 400)) + "b"), StringComparison.Ordinal);
        Assert.Contains("several rules", Fault(string.Join("+", Enumerable.Repeat("1", 400)) + " > n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AnyText_EndsWithARuleOrAFault() =>
        Properties.Check(
            from count in Gen.Choose(0, 25)
            from pieces in Gen.ArrayOf(count, Gen.Elements(
                "n", "b", "d", "c", "u", "and", "or", "not", "in", "is", "missing", "between", "(", ")", ",", "=", "<", ">=", "+", "-", "*", "/", "1", "2.5", "1e400", "'a'", "'", "`", "\"x\"", "length", "date", "true", "é", "\0", "\ud83d", "9z", " "))
            from blank in Gen.Elements(" ", "")
            select string.Join(blank, pieces),
            text =>
            {
                try
                {
                    RowRule rule = RowRule.Parse("r", text, Declared);
                    Assert.Equal(rule.Expression, RowRule.Parse("r", rule.Expression, Declared).Expression);
                }
                catch (RuleSyntaxException fault)
                {
                    Assert.InRange(fault.Position, 1, text.Length + 1);
                }
            },
            3000);

    [Fact]
    public void Expression_WrittenAndReadAgain_IsTheSame() =>
        Properties.Check(
            Condition(4),
            node =>
            {
                RuleNode again = RuleParser.Parse(node.Text);
                Assert.Equal(node.Text, again.Text);
                Assert.Equal(Shape(node), Shape(again));
            },
            1000);

    [Fact]
    public void Merge_AnyParts_CountsAsTheWhole()
    {
        RowRule[] rules = [RowRule.Parse("one", "n > 5 or c = 'a'", Declared), RowRule.Parse("two", "n is not missing", Declared)];
        byte[] csv = System.Text.Encoding.UTF8.GetBytes(Scans.Table("n,c", 200, i => $"{(i % 7 == 0 ? "" : i % 11)},{"abc"[i % 3]}"));
        CsvFormat format = CsvFormat.Detect(csv, out _);
        PartScan Scan(byte[] part, bool first) => PartScan.Scan(new MemoryStream(part), format, first, Declared, rules, null, CancellationToken.None);
        byte[] whole = Scan(csv, true).ToCanonicalJson();
        PartScan[] parts = [.. Csv.PartCutterTests.Cut(csv, 37, 1000).Select((part, i) => PartScan.Parse(Scan(part, i == 0).ToCanonicalJson()))];
        Assert.True(parts.Length > 10);
        Assert.Equal(whole, PartScan.Merge(parts).ToCanonicalJson());
        Assert.Equal(whole, PartScan.Merge([PartScan.Merge(parts[..3]), PartScan.Merge(parts[3..])]).ToCanonicalJson());
        Assert.Throws<ArgumentException>(() => PartScan.Merge([parts[0], PartScan.Scan(new MemoryStream(csv), format, true, Declared, [rules[1]], null, CancellationToken.None)]));
    }

    private static string Fault(string expression) => Assert.Throws<RuleSyntaxException>(() => RowRule.Parse("r", expression, Declared)).Message;

    private static RuleTally Tally(string expression, string csv)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(csv);
        PartScan scan = PartScan.Scan(new MemoryStream(bytes), CsvFormat.Detect(bytes, out _), true, Declared, [RowRule.Parse("r", expression, Declared)], null, CancellationToken.None);
        return Assert.Single(scan.Rules!.Tallies);
    }

    /// <summary>The tree without positions.</summary>
    private static string Shape(RuleNode node) => $"{node.GetType().Name}{(node is BinaryNode binary ? binary.Symbol : node.Parts.Count == 0 ? node.Text : "")}[{string.Join(",", node.Parts.Select(Shape))}]";

    private static Gen<RuleNode> Condition(int depth) => depth == 0
        ? Gen.Elements<RuleNode>(new ColumnNode(1, "b"), new BooleanNode(1, true), new MissingNode(1, new ColumnNode(1, "a b`c"), true))
        : Gen.OneOf(
            from left in Condition(depth - 1) from right in Condition(depth - 1) from or in Gen.Elements(true, false) select (RuleNode)new BinaryNode(1, or ? RuleOperator.Or : RuleOperator.And, left, right),
            from of in Condition(depth - 1) select (RuleNode)new NotNode(1, of),
            from left in Quantity(depth - 1) from right in Quantity(depth - 1) from op in Gen.Elements(RuleOperator.Equal, RuleOperator.NotEqual, RuleOperator.Less, RuleOperator.GreaterOrEqual) select (RuleNode)new BinaryNode(1, op, left, right),
            from of in Quantity(depth - 1) from a in Quantity(depth - 1) from z in Quantity(depth - 1) from not in Gen.Elements(true, false) select (RuleNode)new BetweenNode(1, of, a, z, not),
            from of in Quantity(depth - 1) from not in Gen.Elements(true, false) select (RuleNode)new InNode(1, of, [new NumberNode(1, 1), new TextNode(1, "it's")], not));

    private static Gen<RuleNode> Quantity(int depth) => depth == 0
        ? Gen.Elements<RuleNode>(new ColumnNode(1, "n"), new ColumnNode(1, "and"), new NumberNode(1, 1e300), new NumberNode(1, 0.1), new TextNode(1, "a'b"), new LengthNode(1, new ColumnNode(1, "c")))
        : Gen.OneOf(
            from left in Quantity(depth - 1) from right in Quantity(depth - 1) from op in Gen.Elements(RuleOperator.Add, RuleOperator.Subtract, RuleOperator.Multiply, RuleOperator.Divide) select (RuleNode)new BinaryNode(1, op, left, right),
            from of in Quantity(depth - 1) select (RuleNode)new NegativeNode(1, of),
            from of in Condition(0) select of,
            Quantity(0));
}
