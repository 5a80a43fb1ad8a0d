using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Tests.Support;

/// <summary>Rows whose label depends on <c>x</c> and chance, and models that know more or less of it.</summary>
internal static class NoisyModels
{
    private static readonly string[] Regions = ["north", "south", "east"];

    /// <summary>Rows with a number x, a number w that says nothing, a region, a key and the label y.</summary>
    /// <param name="randomIn">A region whose labels are pure chance; null for none.</param>
    public static Table Rows(int count, int seed, string? randomIn = null)
    {
        double[] x = new double[count], w = new double[count];
        int[] region = new int[count], y = new int[count], key = new int[count];
        for (int i = 0; i < count; i++)
        {
            x[i] = Uniform(seed, i, 1) * 4 - 2;
            w[i] = Uniform(seed, i, 2);
            region[i] = (int)(Uniform(seed, i, 3) * 3);
            double probability = Regions[region[i]] == randomIn ? 0.5 : DeterministicMath.Sigmoid(2 * x[i]);
            y[i] = Uniform(seed, i, 4) < probability ? 1 : 0;
            key[i] = i;
        }

        return new Table(
        [
            new NumericColumn("x", ColumnType.Number, x),
            new NumericColumn("w", ColumnType.Number, w),
            new CategoryColumn("region", ColumnType.Category, region, Regions),
            new CategoryColumn("id", ColumnType.Category, key, [.. Enumerable.Range(0, count).Select(i => $"k{seed}-{i}")]),
            new CategoryColumn("y", ColumnType.Category, y, ["no", "yes"]),
        ]);
    }

    public static Task<ModelArtifact> TrainAsync(int seed, params string[] features)
    {
        Table table = Rows(1500, seed);
        return ModelTrainer.TrainAsync(new TrainingRequest
        {
            Task = LearningTask.Binary,
            Label = "y",
            Features = features,
            Schema = new DataSchema { Columns = [.. table.Columns.Select(column => new ColumnSchema { Name = column.Name, Type = column.Type })] },
            Train = table,
            Validation = table,
            Trainer = "linear",
            Threads = 1,
        });
    }

    private static double Uniform(int seed, int row, int of)
    {
        ulong value = ((ulong)seed * 0x9E3779B97F4A7C15) + ((ulong)row * 0xBF58476D1CE4E5B9) + ((ulong)of * 0x94D049BB133111EB);
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return ((value ^ (value >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
