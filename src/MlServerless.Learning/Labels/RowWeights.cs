using MlServerless.Data;

namespace MlServerless.Learning.Labels;

/// <summary>Reads how much each row counts from a column that a setting names.</summary>
internal static class RowWeights
{
    public const string Parameter = "weightColumn";

    /// <summary>Why the column cannot give weights, or null.</summary>
    public static string? Problem(TrainingRequest request, string name)
    {
        if (name == request.Label)
            return $"'{name}' is the label and cannot say how much a row counts.";
        if (request.Features.Contains(name, StringComparer.Ordinal))
            return $"'{name}' is a feature, too; add it to features.exclude.";
        return request.Train.Find(name) switch
        {
            null => $"The data has no column '{name}'{(NearestName.Hint(name, request.Train.Columns.Select(column => column.Name)) is { } hint ? $"; {hint}" : ".")}",
            NumericColumn { Type: not ColumnType.DateTime } => null,
            { } column => $"The column '{name}' is of type {column.Type}; weights are numbers.",
        };
    }

    /// <summary>The weights of some rows.</summary>
    /// <exception cref="TrainingException">One of them is missing, negative or infinite, or all are 0.</exception>
    public static double[] Read(Table table, string name, int[] rows)
    {
        ReadOnlySpan<double> values = ((NumericColumn)table[name]).Values;
        double[] weights = new double[rows.Length];
        int wrong = 0;
        double sum = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            weights[i] = values[rows[i]];
            wrong += weights[i] >= 0 && double.IsFinite(weights[i]) ? 0 : 1;
            sum += weights[i];
        }
        if (wrong > 0)
            throw new TrainingException("invalid-parameters", $"{wrong} rows have no weight in '{name}', or a negative one. Every labelled row needs a number from 0 on.");
        if (sum == 0 && rows.Length > 0)
            throw new TrainingException("invalid-parameters", $"All rows have the weight 0 in '{name}'; at least one must count.");
        return weights;
    }
}
