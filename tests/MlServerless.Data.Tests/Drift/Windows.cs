namespace MlServerless.Data.Tests.Drift;

/// <summary>Seeded windows of data: a normal and a skewed number, a constant, an integer, a category with 12 values, one with many, a flag, a date, missing values.</summary>
internal sealed class Windows(int seed)
{
    private static readonly (string, ColumnType)[] Columns =
    [
        ("normal", ColumnType.Number), ("skewed", ColumnType.Number), ("constant", ColumnType.Number), ("count", ColumnType.Integer),
        ("plan", ColumnType.Category), ("city", ColumnType.Category), ("flag", ColumnType.Boolean), ("day", ColumnType.DateTime), ("note", ColumnType.Text),
    ];

    private ulong state = (ulong)seed * 0x9E3779B97F4A7C15;

    internal double Shift { get; init; }

    internal double Scale { get; init; } = 1;

    internal double Missing { get; init; } = 0.2;

    internal double NewPlan { get; init; }

    internal double FlagRate { get; init; } = 0.3;

    internal TableSketch Sketch(int rows)
    {
        TableSketch sketch = TableSketch.For(Columns);
        for (int i = 0; i < rows; i++)
        {
            double normal = Enumerable.Range(0, 12).Sum(_ => Next()) - 6;
            sketch["normal"].AddNumber(normal * Scale + Shift);
            sketch["skewed"].AddNumber(Next() < Missing ? double.NaN : -DeterministicMath.Log(1 - Next()));
            sketch["constant"].AddNumber(7);
            sketch["count"].AddNumber(Math.Floor(Next() * Next() * 10));
            sketch["plan"].AddCategory(Next() < NewPlan ? "weekly" : $"plan {(int)(Next() * Next() * 12)}");
            sketch["city"].AddCategory($"city {(int)(Next() * Next() * 4000)}");
            sketch["flag"].AddNumber(Next() < FlagRate ? 1 : 0);
            sketch["day"].AddNumber(1.7e9 + Math.Floor(Next() * 365) * 86400);
            sketch["note"].AddCategory(new string('x', (int)(Next() * 200)));
        }

        return sketch;
    }

    private double Next()
    {
        state += 0x9E3779B97F4A7C15;
        ulong mixed = (state ^ state >> 30) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB;
        return (mixed ^ mixed >> 31) >> 11 is var bits ? bits * (1.0 / (1L << 53)) : 0;
    }
}
