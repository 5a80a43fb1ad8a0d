using System.Globalization;
using MlServerless.Data;

namespace MlServerless.Learning.Labels;

/// <summary>Reads the label column as classes or numbers.</summary>
internal static class LabelColumn
{
    /// <summary>The classes that occur, in ordinal order.</summary>
    public static IReadOnlyList<string> Classes(Column column)
    {
        if (column is CategoryColumn categories)
        {
            var used = new bool[categories.Vocabulary.Count];
            foreach (int code in categories.Codes)
                if (code >= 0)
                    used[code] = true;
            return [.. categories.Vocabulary.Where((_, code) => used[code]).Order(StringComparer.Ordinal)];
        }
        var values = new SortedSet<double>();
        foreach (double value in Numeric(column).Values)
            if (!double.IsNaN(value))
                values.Add(value);
        return [.. values.Select(value => TextOf(value, column.Type)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The index of each row's class; NaN where the label is missing or not among the classes.</summary>
    public static double[] ClassIndices(Column column, IReadOnlyList<string> classes)
    {
        var indexOf = new Dictionary<string, double>(StringComparer.Ordinal);
        for (int i = 0; i < classes.Count; i++)
            indexOf[classes[i]] = i;
        if (column is CategoryColumn categories)
        {
            double[] indexOfCode = [.. categories.Vocabulary.Select(value => indexOf.GetValueOrDefault(value, double.NaN))];
            double[] indices = new double[column.RowCount];
            for (int row = 0; row < indices.Length; row++)
                indices[row] = categories.Codes[row] < 0 ? double.NaN : indexOfCode[categories.Codes[row]];
            return indices;
        }
        var indexOfValue = new Dictionary<double, double>();
        double[] targets = Numeric(column).Values.ToArray();
        for (int row = 0; row < targets.Length; row++)
        {
            if (double.IsNaN(targets[row]))
                continue;
            if (!indexOfValue.TryGetValue(targets[row], out double index))
                indexOfValue[targets[row]] = index = indexOf.GetValueOrDefault(TextOf(targets[row], column.Type), double.NaN);
            targets[row] = index;
        }
        return targets;
    }

    /// <summary>The values of a regression label; NaN where missing.</summary>
    /// <exception cref="TrainingException">The column holds no numbers, or infinite ones.</exception>
    public static double[] Values(Column column)
    {
        if (column is not NumericColumn { Type: not ColumnType.DateTime } numbers)
            throw new TrainingException(FindingCodes.UnsuitableLabel,
                $"The label '{column.Name}' is of type {column.Type}; regression needs integers or numbers. Change the type of the column or the task.");
        double[] values = numbers.Values.ToArray();
        if (Array.Exists(values, double.IsInfinity))
            throw new TrainingException(FindingCodes.NonFinite, $"The label '{column.Name}' holds infinite values; remove those rows.");
        return values;
    }

    /// <summary>The class among two whose probability is predicted: the named one, or the last.</summary>
    /// <exception cref="TrainingException">The named class does not occur.</exception>
    public static string Positive(Column column, IReadOnlyList<string> classes, string? named)
    {
        if (named is null)
            return classes[^1];
        if (classes.Contains(named, StringComparer.Ordinal))
            return named;
        if (column is NumericColumn && Number(named, column.Type) is { } value && classes.Contains(TextOf(value, column.Type), StringComparer.Ordinal))
            return TextOf(value, column.Type);
        throw new TrainingException(FindingCodes.UnsuitableLabel,
            $"The positive class '{named}' does not occur in the label '{column.Name}'; its classes are: {string.Join(", ", classes)}.");
    }

    private static NumericColumn Numeric(Column column) =>
        column is NumericColumn { Type: not ColumnType.DateTime } numbers
            ? numbers
            : throw new TrainingException(FindingCodes.UnsuitableLabel,
                $"The label '{column.Name}' is of type {column.Type}; classes are read from categories, texts, booleans, integers and numbers.");

    private static string TextOf(double value, ColumnType type) =>
        type == ColumnType.Boolean ? value != 0 ? "true" : "false" : (value + 0.0).ToString("R", CultureInfo.InvariantCulture);

    private static double? Number(string text, ColumnType type)
    {
        if (type == ColumnType.Boolean)
        {
            if (text.ToLowerInvariant() is "true" or "yes" or "t" or "y" or "1")
                return 1;
            if (text.ToLowerInvariant() is "false" or "no" or "f" or "n" or "0")
                return 0;
            return null;
        }
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;
    }
}
