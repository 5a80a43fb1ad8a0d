using System.Text;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Monitoring.Feedback;
using MlServerless.Pipelines.Serving;

namespace MlServerless.Pipelines.Monitoring.Challengers;

/// <summary>Sums up what two models predict for the same rows.</summary>
internal sealed class Tally(ServedModel champion, ServedModel challenger)
{
    private readonly LearningTask task = champion.Artifact.Task;
    private readonly SortedDictionary<(string, string), long> flips = [];
    private readonly List<double> championTargets = [];
    private readonly List<double> challengerTargets = [];
    private readonly List<double> championScores = [];
    private readonly List<double> challengerScores = [];
    private readonly TableSketch championSketch = NewSketch(champion.Artifact.Task);
    private readonly TableSketch challengerSketch = NewSketch(champion.Artifact.Task);
    private double championSum;
    private double challengerSum;
    private double differences;
    private double largest;
    private long agreeing;

    public long Rows { get; private set; }

    /// <param name="truthOf">The true label or value of a row; null where it is not known.</param>
    public void Add(PredictionOutcome own, PredictionOutcome other, Func<int, string?> truthOf)
    {
        for (int row = 0; row < own.Rows.RowCount; row++)
        {
            string before = LabelOf(own, row), after = LabelOf(other, row);
            double a = own.Score(row), b = Comparable(own, other, row);
            Rows++;
            championSum += a;
            challengerSum += b;
            differences += Math.Abs(a - b);
            largest = Math.Max(largest, Math.Abs(a - b));
            if (before == after)
                agreeing++;
            else
                flips[(before, after)] = flips.GetValueOrDefault((before, after)) + 1;
            AddTo(championSketch, a, before);
            AddTo(challengerSketch, other.Score(row), after);
            if (truthOf(row) is { } truth)
                AddTruth(own, other, row, truth);
        }
    }

    public ChallengerComparison Compare(DateTimeOffset at, IReadOnlyList<string> windows, long refused, IReadOnlyList<string> masked)
    {
        var comparison = new ChallengerComparison(champion.Name, champion.Version, champion.Hash, challenger.Version, challenger.Hash, at, windows, Rows, refused, masked);
        if (Rows == 0)
            return comparison;
        return comparison with
        {
            Agreement = task == LearningTask.Regression ? null : (double)agreeing / Rows,
            Flips = task == LearningTask.Regression ? [] : [.. flips.OrderByDescending(flip => flip.Value).Take(100).Select(flip => new LabelFlip(flip.Key.Item1, flip.Key.Item2, flip.Value))],
            ChampionMean = championSum / Rows,
            ChallengerMean = challengerSum / Rows,
            MeanAbsoluteDifference = differences / Rows,
            LargestDifference = largest,
            Psi = DriftCalculator.Compare(championSketch, challengerSketch, new DriftOptions { MinimumRows = 1 }).Features[0].Psi,
            ChampionPerformance = Performance(championTargets, championScores, champion),
            ChallengerPerformance = Performance(challengerTargets, challengerScores, challenger),
        };
    }

    private void AddTruth(PredictionOutcome own, PredictionOutcome other, int row, string truth)
    {
        if (TargetOf(champion, truth) is not { } target || TargetOf(challenger, truth) is not { } same)
            return;
        championTargets.Add(target);
        challengerTargets.Add(same);
        championScores.AddRange(own.Row(row));
        challengerScores.AddRange(other.Row(row));
    }

    private Performance? Performance(List<double> targets, List<double> scores, ServedModel model) => targets.Count == 0
        ? null
        : new Performance(targets.Count, (double)targets.Count / Rows, new SortedDictionary<string, double>(Evaluation.Metrics(task, [.. targets], [.. scores], model.Scorer.OutputCount).ToDictionary(), StringComparer.Ordinal));

    /// <summary>The challenger's number for what the champion's number is of: the same class, or the value.</summary>
    private static double Comparable(PredictionOutcome own, PredictionOutcome other, int row)
    {
        if (other.Outputs == 1)
            return other.Score(row);
        int same = IndexOf(other.Model.Artifact.ClassLabels, own.Model.Artifact.ClassLabels[own.Class(row)]);
        return same < 0 ? 0 : other.Row(row)[same];
    }

    private static double? TargetOf(ServedModel model, string truth)
    {
        if (model.Artifact.Task == LearningTask.Regression)
            return double.Parse(truth, System.Globalization.CultureInfo.InvariantCulture);
        int index = IndexOf(model.Artifact.ClassLabels, truth);
        return index < 0 ? null : index;
    }

    private static string LabelOf(PredictionOutcome outcome, int row) => outcome.Model.Artifact.Task == LearningTask.Regression ? "" : outcome.Model.Artifact.ClassLabels[outcome.Class(row)];

    private static int IndexOf(IReadOnlyList<string> labels, string label)
    {
        for (int i = 0; i < labels.Count; i++)
        {
            if (labels[i] == label)
                return i;
        }

        return -1;
    }

    private static TableSketch NewSketch(LearningTask task) => TableSketch.For([(PredictionSketch.PredictionColumn, task == LearningTask.Multiclass ? ColumnType.Category : ColumnType.Number)]);

    private void AddTo(TableSketch sketch, double score, string label)
    {
        if (task == LearningTask.Multiclass)
            sketch.Columns[0].AddCategory(Encoding.UTF8.GetBytes(label));
        else
            sketch.Columns[0].AddNumber(score);
    }
}
