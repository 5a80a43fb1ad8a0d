using MlServerless.Data;
using MlServerless.Learning;

namespace MlServerless.Pipelines.Specs;

/// <summary>What a spec says about columns: their declared types, and which of them are features.</summary>
public static class SchemaRules
{
    /// <summary>The declared columns. A classification's label is a category whatever its values look like, a regression's is a number.</summary>
    public static DataSchema Declared(PipelineSpec spec)
    {
        var columns = new Dictionary<string, ColumnSchema>(spec.Columns, StringComparer.Ordinal);
        ColumnType labelType = spec.Task == LearningTask.Regression ? ColumnType.Number : ColumnType.Category;
        columns[spec.Label] = columns.TryGetValue(spec.Label, out ColumnSchema? label)
            ? label with { Type = labelType }
            : new ColumnSchema { Name = spec.Label, Type = labelType };
        foreach (string key in spec.Key)
            columns.TryAdd(key, new ColumnSchema { Name = key, Type = ColumnType.Category });
        return new DataSchema { Columns = [.. columns.Values.OrderBy(column => column.Name, StringComparer.Ordinal)] };
    }

    /// <summary>The conditions on every row.</summary>
    public static IReadOnlyList<RowRule> RowRules(PipelineSpec spec)
    {
        DataSchema declared = Declared(spec);
        return [.. spec.Checks.Rules.Select(rule => RowRule.Parse(rule.Name, rule.Expression, declared, rule.Severity, rule.MaxFailingFraction))];
    }

    /// <summary>How rows are dealt into training, validation and hold-out.</summary>
    public static SplitRule Split(PipelineSpec spec) =>
        new() { Salt = spec.Split.Salt, Validation = spec.Split.Validation, HoldOut = spec.Split.HoldOut, Key = spec.Key };

    /// <summary>The feature columns, in the order of the schema.</summary>
    public static IReadOnlyList<string> Features(PipelineSpec spec, DataSchema schema) =>
    [
        .. schema.Columns
            .Where(column => column.Type != ColumnType.Ignored)

            // What no prediction may name cannot be predicted from.
            .Where(column => column.ForbiddenIn?.Contains(SchemaEnvironments.Serving, StringComparer.Ordinal) != true)
            .Select(column => column.Name)
            .Where(name => name != spec.Label && !spec.Key.Contains(name, StringComparer.Ordinal))
            .Where(name => spec.Features.Include?.Contains(name, StringComparer.Ordinal) ?? true)
            .Where(name => !spec.Features.Exclude.Contains(name, StringComparer.Ordinal)),
    ];
}
