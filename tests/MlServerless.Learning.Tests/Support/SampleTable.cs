using MlServerless.Data;
using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Tests.Support;

/// <summary>Seeded tables with every kind of column, missing values, rare categories, dates, texts, and labels that depend on them.</summary>
internal static class SampleTable
{
    public static readonly string[] Features = ["age", "amount", "active", "plan", "city", "signup", "note", "constant"];

    public static readonly DataSchema Schema = new()
    {
        Columns =
        [
            new("age", ColumnType.Integer),
            new("amount", ColumnType.Number),
            new("active", ColumnType.Boolean),
            new("plan", ColumnType.Category, values: ["basic", "gold", "none", "plus", "rare"]),
            new("city", ColumnType.Category, required: false),
            new("signup", ColumnType.DateTime),
            new("note", ColumnType.Text),
            new("constant", ColumnType.Number),
            new("churned", ColumnType.Category),
            new("tier", ColumnType.Category),
            new("spend", ColumnType.Number),
        ],
    };

    private static readonly string[] Plans = ["none", "basic", "plus", "gold"];
    private static readonly string[] Words = ["slow", "great", "billing", "cancel", "thanks", "Größe"];

    public static string LabelOf(LearningTask task) => task switch
    {
        LearningTask.Binary => "churned",
        LearningTask.Multiclass => "tier",
        _ => "spend",
    };

    public static Table Make(int rows, ulong seed)
    {
        var random = new SeededGenerator(seed);
        double[] age = new double[rows], amount = new double[rows], active = new double[rows], signup = new double[rows], constant = new double[rows], spend = new double[rows];
        string?[] plan = new string?[rows], city = new string?[rows], note = new string?[rows], churned = new string?[rows], tier = new string?[rows];
        for (int i = 0; i < rows; i++)
        {
            age[i] = 18 + random.NextInt(60);
            double u = random.NextDouble();
            amount[i] = random.NextDouble() < 0.1 ? double.NaN : 1000 * u * u * u;
            active[i] = random.NextInt(2);
            int planIndex = random.NextInt(4);
            plan[i] = random.NextDouble() < 0.002 ? "rare" : random.NextDouble() < 0.05 ? null : Plans[planIndex];
            int cityIndex = random.NextInt(40);
            city[i] = $"city{cityIndex:00}";
            int day = random.NextInt(1500);
            signup[i] = random.NextDouble() < 0.03 ? double.NaN : 1_500_000_000 + 86400.0 * day + 3600 * random.NextInt(24);
            int first = random.NextInt(Words.Length), second = random.NextInt(Words.Length);
            note[i] = random.NextDouble() < 0.2 ? null : $"{Words[first]}, {Words[second]}!";
            constant[i] = 7;
            double signal = (age[i] - 45) / 15 + (planIndex - 1.5) * 0.8 + (cityIndex % 7 - 3) * 0.3
                + (double.IsNaN(amount[i]) ? 1 : amount[i] / 400) + (active[i] == 1 ? -0.7 : 0.5) + (first == 3 || second == 3 ? 1 : 0) + day / 1500.0;
            double noise = random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5;
            churned[i] = signal + 2 * noise > 1.2 ? "yes" : "no";
            tier[i] = signal + noise < 0 ? "low" : signal + noise < 2 ? "mid" : "high";
            spend[i] = 100 + 40 * signal + 20 * noise;
        }
        return new Table(
        [
            new NumericColumn("age", ColumnType.Integer, age),
            new NumericColumn("amount", ColumnType.Number, amount),
            new NumericColumn("active", ColumnType.Boolean, active),
            Category("plan", ColumnType.Category, plan),
            Category("city", ColumnType.Category, city),
            new NumericColumn("signup", ColumnType.DateTime, signup),
            Category("note", ColumnType.Text, note),
            new NumericColumn("constant", ColumnType.Number, constant),
            Category("churned", ColumnType.Category, churned),
            Category("tier", ColumnType.Category, tier),
            new NumericColumn("spend", ColumnType.Number, spend),
        ]);
    }

    public static CategoryColumn Category(string name, ColumnType type, IReadOnlyList<string?> values)
    {
        var vocabulary = new List<string>();
        var codes = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] column = new int[values.Count];
        for (int i = 0; i < column.Length; i++)
        {
            if (values[i] is not { } value)
            {
                column[i] = -1;
                continue;
            }
            if (!codes.TryGetValue(value, out int code))
            {
                codes.Add(value, code = vocabulary.Count);
                vocabulary.Add(value);
            }
            column[i] = code;
        }
        return new CategoryColumn(name, type, column, vocabulary);
    }

    public static DataSchema SchemaOf(Table table) => new() { Columns = [.. table.Columns.Select(c => new ColumnSchema(c.Name, c.Type))] };
}
