namespace MlServerless.Data;

/// <summary>
/// A condition that every row must meet, such as <c>tenure_months &gt;= 0 and end_date &gt;= start_date</c>. The language has comparisons,
/// <c>and or not</c>, <c>+ - * /</c>, <c>in (…)</c>, <c>between … and …</c>, <c>is [not] missing</c>, <c>length(column)</c>, numbers, 'text',
/// <c>true</c> and <c>false</c>, <c>date('2026-01-31')</c>, and `names` in backquotes or double quotes where they are no plain words.
/// </summary>
/// <remarks>
/// A rule is true, false or unknown (Kleene's logic). Missing values, infinities, divisions by zero and overflows are unknown, and a rule that is
/// unknown does not fail. A value that is there but cannot be read as the rule needs it fails the rule, unless the rule holds without it.
/// A column has the type that is declared, or that of what it is compared with. Text compares byte by byte, as it is written in the file.
/// </remarks>
public sealed class RowRule
{
    private readonly RuleCompiler.Test test;

    private RowRule(string name, RuleNode root, IReadOnlyList<string> columns, RuleCompiler.Test test)
    {
        Name = name;
        Expression = root.Text;
        Columns = columns;
        this.test = test;
    }

    /// <summary>What findings call it.</summary>
    public string Name { get; }

    /// <summary>The expression in one way of writing it.</summary>
    public string Expression { get; }

    /// <summary>The columns it looks at, in the order in which it names them.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>What a finding weighs when more rows fail than <see cref="MaxFailingFraction"/>.</summary>
    public Severity Severity { get; private init; }

    /// <summary>The fraction of rows that may fail without a finding, 0 to 1.</summary>
    public double MaxFailingFraction { get; private init; }

    /// <summary>Reads a rule.</summary>
    /// <param name="name">What findings call it.</param>
    /// <param name="expression">At most 2000 characters.</param>
    /// <param name="declared">Columns whose type is declared.</param>
    /// <param name="severity">Of its finding.</param>
    /// <param name="maxFailingFraction">The fraction of rows that may fail without a finding.</param>
    /// <exception cref="RuleSyntaxException">The expression cannot be read, or its types do not fit; with position and mend.</exception>
    public static RowRule Parse(string name, string expression, DataSchema declared, Severity severity = Severity.Warning, double maxFailingFraction = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(expression);
        ArgumentNullException.ThrowIfNull(declared);
        RuleNode root = RuleParser.Parse(expression);
        IReadOnlyDictionary<string, RuleType> types = RuleTyper.Type(root, declared);
        List<string> columns = [.. Nodes(root).OfType<ColumnNode>().Select(column => column.Name).Distinct(StringComparer.Ordinal)];
        if (columns.Count == 0)
            throw new RuleSyntaxException("the expression names no column, so it says nothing about a row.", root.Position);
        return new RowRule(name, root, columns, new RuleCompiler(columns, types).Compile(root)) { Severity = severity, MaxFailingFraction = maxFailingFraction };
    }

    /// <param name="row">One that was made for <see cref="Columns"/>.</param>
    /// <returns>Whether the row breaks the rule, keeps it, or cannot tell.</returns>
    internal Truth Evaluate(RuleRow row)
    {
        Truth truth = test(row);
        return truth == Truth.Unknown && row.IsUnreadable ? Truth.False : truth;
    }

    private static IEnumerable<RuleNode> Nodes(RuleNode node) => node.Parts.SelectMany(Nodes).Prepend(node);
}
