using MlServerless.Data;

namespace MlServerless.Soak.Drift;

/// <summary>
/// Windows of predictions drawn from one distribution by a seed: 25 features of every type (normal, skewed, counts, heavy tails, flags, dates, categories of few
/// and of many values, missing values) that depend on a hidden label, and a probability computed from some of them. Drifts can be planted.
/// </summary>
internal sealed class SeededWindows(ulong seed)
{
    private static readonly (string Name, ColumnType Type)[] Columns =
    [
        .. Enumerable.Range(0, 8).Select(i => ($"normal{i}", ColumnType.Number)),
        .. Enumerable.Range(0, 4).Select(i => ($"skewed{i}", ColumnType.Number)),
        .. Enumerable.Range(0, 4).Select(i => ($"count{i}", ColumnType.Integer)),
        .. Enumerable.Range(0, 4).Select(i => ($"plan{i}", ColumnType.Category)),
        ("city", ColumnType.Category), ("flag0", ColumnType.Boolean), ("flag1", ColumnType.Boolean), ("day", ColumnType.DateTime), ("note", ColumnType.Text),
    ];

    // Mixed first: the generator of seed s + 1 would else be that of s, one step on.
    private ulong state = Mix((seed + 1) * 0xD1B54A32D192ED03);

    internal double Shift { get; init; }

    internal double Scale { get; init; } = 1;

    internal double Missing { get; init; } = 0.2;

    /// <summary>The share of rows with a category that was not there before.</summary>
    internal double NewCategory { get; init; }

    /// <summary>The share of the positive label, on which features depend.</summary>
    internal double Positive { get; init; } = 0.3;

    internal (TableSketch Features, TableSketch Predictions) Sketch(int rows)
    {
        TableSketch features = TableSketch.For(Columns);
        TableSketch predictions = TableSketch.For([("prediction", ColumnType.Number)]);
        ColumnSketch[] columns = [.. features.Columns];
        ColumnSketch prediction = predictions.Columns[0];
        for (int row = 0; row < rows; row++)
        {
            double label = Next() < Positive ? 1 : 0;
            double logit = -1.5;
            for (int i = 0; i < 8; i++)
            {
                double value = Normal() + (i < 4 ? 0.6 * label : 0);
                value = i == 0 ? (value * Scale) + Shift : value;
                logit += i < 4 ? 0.8 * value : 0;
                columns[i].AddNumber(value);
            }

            for (int i = 8; i < 12; i++)
                columns[i].AddNumber(Next() < (i == 8 ? Missing : 0.2) ? double.NaN : -Math.Log(1 - Next()) * (1 + (i == 9 ? label : 0)));
            for (int i = 12; i < 16; i++)
                columns[i].AddNumber(Math.Floor(Next() * Next() * 10));
            for (int i = 16; i < 20; i++)
                columns[i].AddCategory(i == 16 && Next() < NewCategory ? "weekly" : $"plan {(int)(Next() * Next() * 8)}");
            columns[20].AddCategory($"city {(int)(Next() * Next() * 4000)}");
            columns[21].AddNumber(Next() < 0.3 + (0.2 * label) ? 1 : 0);
            columns[22].AddNumber(Next() < 0.02 ? 1 : 0);
            columns[23].AddNumber(1.7e9 + (Math.Floor(Next() * 365) * 86400));
            columns[24].AddCategory(new string('x', (int)(Next() * 120)));
            prediction.AddNumber(1 / (1 + Math.Exp(-logit)));
        }

        return (features, predictions);
    }

    private double Normal()
    {
        double sum = -6;
        for (int i = 0; i < 12; i++)
            sum += Next();
        return sum;
    }

    private double Next()
    {
        state += 0x9E3779B97F4A7C15;
        return (Mix(state) >> 11) * (1.0 / (1L << 53));
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
