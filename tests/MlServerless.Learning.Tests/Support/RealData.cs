using System.Globalization;
using MlServerless.Data;

namespace MlServerless.Learning.Tests.Support;

/// <summary>Public data sets of numbers; the last column names the fold in which a row is tested, the one before is the target.</summary>
internal static class RealData
{
    public const int Folds = 5;

    /// <summary>Training and test rows of a fold, with the label "y".</summary>
    public static (Table Train, Table Test) Fold(string name, int fold)
    {
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Data", name + ".csv"));
        string[] names = lines[0].Split(',');
        double[][] rows = [.. lines.Skip(1).Select(line => line.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray())];
        var columns = new List<Column>();
        for (int j = 0; j < names.Length - 1; j++)
            columns.Add(new NumericColumn(j == names.Length - 2 ? "y" : names[j], ColumnType.Number, [.. rows.Select(row => row[j])]));
        var table = new Table(columns);
        int[] test = [.. Enumerable.Range(0, rows.Length).Where(i => rows[i][^1] == fold)];
        int[] train = [.. Enumerable.Range(0, rows.Length).Where(i => rows[i][^1] != fold)];
        return (table.Select(train), table.Select(test));
    }

    /// <summary>The mean over the folds of each test metric.</summary>
    public static async Task<Dictionary<string, double>> CrossValidateAsync(string name, LearningTask task, string trainer)
    {
        var sums = new Dictionary<string, double>();
        for (int fold = 0; fold < Folds; fold++)
        {
            (Table train, Table test) = Fold(name, fold);
            ModelArtifact artifact = await ModelTrainer.TrainAsync(Training.RequestOn(train, task, trainer));
            Scorer scorer = Scorer.Compile(artifact);
            foreach ((string metric, double value) in Evaluation.Metrics(task, Evaluation.Targets(test, artifact), scorer.Score(test), scorer.OutputCount))
                sums[metric] = sums.GetValueOrDefault(metric) + value / Folds;
        }
        return sums;
    }
}
