using System.Globalization;
using MlServerless.Benchmarks.Running;
using MlServerless.Data;
using MlServerless.Learning;

namespace MlServerless.Benchmarks.Train;

/// <summary>Cross-validation on public tables in the folds in which the peers were scored; on each table our better trainer against their best.</summary>
internal static class RealTables
{
    private const int Folds = 5;
    private const string Target = "target";
    private const string Fold = "fold";

    private static readonly (string Table, LearningTask Task, (string Ours, string Peers, bool MoreIsBetter)[] Metrics)[] Tables =
    [
        ("breast_cancer", LearningTask.Binary, [("logLoss", "logloss", false), ("auc", "auc", true), ("accuracy", "accuracy", true)]),
        ("iris", LearningTask.Multiclass, [("logLoss", "logloss", false), ("accuracy", "accuracy", true)]),
        ("diabetes", LearningTask.Regression, [("rmse", "rmse", false), ("mae", "mae", false), ("r2", "r2", true)]),
    ];

    internal static async Task CompareAsync(Report report)
    {
        string[][] scores = [.. File.ReadLines(Peers.Script("real_scores.csv")).Select(line => line.Split(','))];
        foreach ((string name, LearningTask task, (string Ours, string Peers, bool MoreIsBetter)[] metrics) in Tables)
        {
            Report.Heading($"{name}, {Folds} folds: our means and those of the peers");
            Dictionary<string, Dictionary<string, double>> ours = [];
            foreach (string trainer in ModelTrainer.TrainerNames)
                ours.Add(trainer, await CrossValidateAsync(name, task, trainer));
            string[][] means = [.. scores.Where(row => row[0] == name && row[2] == "mean")];
            Report.Table(
                ["", .. metrics.Select(metric => metric.Ours)],
                ours.Select(trainer => (string[])[trainer.Key, .. metrics.Select(metric => $"{trainer.Value[metric.Ours]:0.00000}")])
                    .Concat(means.Select(row => (string[])[row[1], .. metrics.Select(metric => row[Array.IndexOf(scores[0], metric.Peers)])])));

            // The first metric chooses the trainer, as a spec with both would; the peers may have another best one per metric.
            Dictionary<string, double> best = ours.Values.MinBy(values => values[metrics[0].Ours])!;
            foreach ((string metric, string peers, bool moreIsBetter) in metrics)
            {
                int column = Array.IndexOf(scores[0], peers);
                string[] peer = means.MaxBy(row => moreIsBetter ? Number(row[column]) : -Number(row[column]))!;
                double error = Number(scores.First(row => row[0] == name && row[1] == peer[1] && row[2] == "sd")[column]) / Math.Sqrt(Folds);
                double mean = Number(peer[column]);
                if (moreIsBetter)
                    report.AtLeast($"real.{name}.{metric}", best[metric], mean, mean - error);
                else
                    report.Limit($"real.{name}.{metric}", best[metric], mean, mean + error);
            }
        }
    }

    private static async Task<Dictionary<string, double>> CrossValidateAsync(string name, LearningTask task, string trainer)
    {
        string file = Peers.Script(Path.Combine("real", $"{name}.csv"));
        string[] columns = File.ReadLines(file).First().Split(',');
        ColumnType target = task == LearningTask.Regression ? ColumnType.Number : ColumnType.Category;
        var schema = new DataSchema { Columns = [.. columns.Select(column => new ColumnSchema(column, column == Target ? target : ColumnType.Number))] };
        Table table = BenchmarkTables.Read(file, schema);
        double[] foldOf = ((NumericColumn)table[Fold]).Values.ToArray();
        var means = new Dictionary<string, double>();
        for (int fold = 0; fold < Folds; fold++)
        {
            Table test = table.Select(Rows(foldOf, value => value == fold));
            ModelArtifact model = await ModelTrainer.TrainAsync(new TrainingRequest
            {
                Task = task,
                Label = Target,
                Features = [.. columns.Where(column => column is not (Target or Fold))],
                Schema = schema,
                Train = table.Select(Rows(foldOf, value => value != fold)),
                Validation = table.Select([]),
                Trainer = trainer,
                Parameters = BenchmarkTables.Settings(trainer),
                Seed = 1,
            });
            Scorer scorer = Scorer.Compile(model);
            foreach ((string metric, double value) in Evaluation.Metrics(task, Evaluation.Targets(test, model), scorer.Score(test), scorer.OutputCount))
                means[metric] = means.GetValueOrDefault(metric) + value / Folds;
        }

        return means;
    }

    private static int[] Rows(double[] values, Func<double, bool> chosen) => [.. Enumerable.Range(0, values.Length).Where(row => chosen(values[row]))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
