namespace MlServerless.Data;

/// <summary>
/// Finds the type of every column of an expression: as it is declared, or as what it is compared with has it. Nothing is guessed from
/// the data, so that a rule means the same in every part and version.
/// </summary>
internal sealed class RuleTyper
{
    private readonly DataSchema declared;
    private readonly Dictionary<string, RuleType> types = new(StringComparer.Ordinal);

    private RuleTyper(DataSchema declared) => this.declared = declared;

    /// <returns>The types of the columns; one of which only is asked whether it is missing has none.</returns>
    /// <exception cref="RuleSyntaxException">A type is not known, or does not go with what is done.</exception>
    internal static IReadOnlyDictionary<string, RuleType> Type(RuleNode root, DataSchema declared)
    {
        var typer = new RuleTyper(declared);
        typer.TakeDeclared(root);
        int known;
        do
        {
            known = typer.types.Count;
            typer.Infer(root);
        }
        while (typer.types.Count > known);
        typer.Check(root);
        if (typer.TypeOf(root) != RuleType.Boolean)
            throw new RuleSyntaxException("the expression is no condition; compare it with something, such as 'age >= 0'.", root.Position);
        return typer.types;
    }

    /// <summary>What a literal or a column is; null for a column whose type is not known.</summary>
    internal static RuleType? TypeOf(RuleNode node, IReadOnlyDictionary<string, RuleType> types) => node switch
    {
        NumberNode or LengthNode or NegativeNode => RuleType.Number,
        TextNode => RuleType.Text,
        DateNode => RuleType.DateTime,
        ColumnNode column => types.TryGetValue(column.Name, out RuleType type) ? type : null,
        BinaryNode { Level: RuleNode.SumLevel or RuleNode.ProductLevel } => RuleType.Number,
        _ => RuleType.Boolean,
    };

    private RuleType? TypeOf(RuleNode node) => TypeOf(node, types);

    private void TakeDeclared(RuleNode node)
    {
        if (node is ColumnNode column && declared.Find(column.Name) is { } schema)
            types[column.Name] = schema.Type switch
            {
                ColumnType.Integer or ColumnType.Number => RuleType.Number,
                ColumnType.Boolean => RuleType.Boolean,
                ColumnType.DateTime => RuleType.DateTime,
                ColumnType.Category or ColumnType.Text => RuleType.Text,
                _ => throw new RuleSyntaxException($"the column '{column.Name}' is declared as ignored; give it a type under 'columns'.", column.Position),
            };
        foreach (RuleNode part in node.Parts)
            TakeDeclared(part);
    }

    private void Infer(RuleNode node)
    {
        switch (node)
        {
            case LengthNode length:
                Expect(length.Of, RuleType.Text);
                break;
            case NegativeNode negative:
                Expect(negative.Of, RuleType.Number);
                break;
            case NotNode not:
                Expect(not.Of, RuleType.Boolean);
                break;
            case BinaryNode { IsComparison: false } binary:
                RuleType operand = binary.Level >= RuleNode.SumLevel ? RuleType.Number : RuleType.Boolean;
                Expect(binary.Left, operand);
                Expect(binary.Right, operand);
                break;
            case BinaryNode or BetweenNode or InNode:
                if (Common(node.Parts) is { } common)
                {
                    foreach (RuleNode part in node.Parts)
                        Expect(part, common);
                }

                break;
        }

        foreach (RuleNode part in node.Parts)
            Infer(part);
    }

    private void Expect(RuleNode node, RuleType type)
    {
        if (node is ColumnNode column)
            types.TryAdd(column.Name, type);
    }

    /// <summary>What the sides of a comparison are; a string beside a date is a date.</summary>
    private RuleType? Common(IReadOnlyList<RuleNode> sides)
    {
        RuleType?[] known = [.. sides.Select(TypeOf).Where(type => type is not null)];
        return known.Contains(RuleType.DateTime) ? RuleType.DateTime : known.FirstOrDefault();
    }

    private void Check(RuleNode node)
    {
        switch (node)
        {
            case MissingNode { Of: not ColumnNode }:
                throw new RuleSyntaxException("only a column can be missing; name one before 'is'.", node.Position);
            case MissingNode:
                return;
            case ColumnNode column when TypeOf(column) is null:
                throw NotDeclared(column);
            case LengthNode length:
                Require(length.Of, RuleType.Text, "length() is for text");
                if (length.Of is not ColumnNode)
                    throw new RuleSyntaxException("length() takes a column.", length.Of.Position);
                break;
            case NegativeNode or BinaryNode { Level: RuleNode.SumLevel or RuleNode.ProductLevel }:
                foreach (RuleNode part in node.Parts)
                    Require(part, RuleType.Number, "arithmetic is for numbers");
                break;
            case NotNode or BinaryNode { IsComparison: false }:
                foreach (RuleNode part in node.Parts)
                    Require(part, RuleType.Boolean, "'and', 'or' and 'not' are for conditions");
                break;
            case BinaryNode { Operator: RuleOperator.Equal or RuleOperator.NotEqual } or InNode:
                CheckSides(node.Parts);
                break;
            case BinaryNode or BetweenNode:
                CheckOrder(node.Parts);
                CheckSides(node.Parts);
                break;
        }

        foreach (RuleNode part in node.Parts)
            Check(part);
    }

    private void CheckSides(IReadOnlyList<RuleNode> sides)
    {
        if (Common(sides) is not { } common)
        {
            // Columns alone, none of which is known.
            throw NotDeclared(sides.OfType<ColumnNode>().First());
        }

        foreach (RuleNode side in sides)
        {
            if (side is TextNode { Value.Length: 0 })
                throw new RuleSyntaxException("empty text is a missing value; write 'is missing' or 'is not missing'.", side.Position);
            if (side is TextNode text && common == RuleType.DateTime)
                RuleParser.ReadDate(text.Value, text.Position);
            else
                Require(side, common, $"this is compared with {Name(common)}");
        }
    }

    private void CheckOrder(IReadOnlyList<RuleNode> sides)
    {
        if (Common(sides) is not (RuleType.Text or RuleType.Boolean))
            return;
        RuleNode side = sides.OfType<ColumnNode>().FirstOrDefault() ?? sides[0];
        string mend = side is ColumnNode column && declared.Find(column.Name) is null
            ? $" Declare '{column.Name}' as number or dateTime under 'columns', or compare it with a number or with date('2026-01-31')."
            : " Compare by =, != or in.";
        throw new RuleSyntaxException($"{Name(TypeOf(side) ?? RuleType.Text)} has no order.{mend}", side.Position);
    }

    private void Require(RuleNode node, RuleType type, string why)
    {
        if (TypeOf(node) is not { } actual)
            throw NotDeclared((ColumnNode)node);
        if (actual == type)
            return;
        string mend = node switch
        {
            ColumnNode column when declared.Find(column.Name) is not null => $"the column '{column.Name}' is declared as {Name(actual)}. Correct the rule, or the column's type",
            ColumnNode column => $"the column '{column.Name}' is used as {Name(actual)} elsewhere in the rule. Declare its type under 'columns'",
            TextNode when type == RuleType.Number => "write numbers without quotes",
            _ => $"this is {Name(actual)}",
        };
        throw new RuleSyntaxException($"{why}, and {mend}.", node.Position);
    }

    private RuleSyntaxException NotDeclared(ColumnNode column)
    {
        string hint = NearestName.Hint(column.Name, declared.Columns.Select(known => known.Name)) is { } suggestion ? $" ({suggestion})" : "";
        return new RuleSyntaxException($"the type of the column '{column.Name}' is not known{hint}; declare it under 'columns', such as \"{column.Name}\": {{\"type\": \"number\"}}.", column.Position);
    }

    private static string Name(RuleType type) => type switch
    {
        RuleType.Number => "a number",
        RuleType.Text => "text",
        RuleType.Boolean => "true or false",
        _ => "a date",
    };
}
