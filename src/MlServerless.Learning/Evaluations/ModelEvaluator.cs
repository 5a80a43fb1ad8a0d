using System.Globalization;
using System.Text;
using MlServerless.Data;
using MlServerless.Learning.Artifacts;
using MlServerless.Learning.Evaluations.Slicing;
using MlServerless.Learning.Metrics;

namespace MlServerless.Learning.Evaluations;

/// <summary>Measures models on rows that they were not fitted on. One thread, sums in a fixed order: equal inputs give equal bits.</summary>
public static class ModelEvaluator
{
    /// <summary>Rows times classes up to which the areas of a multiclass model are measured, one sort per class.</summary>
    internal const long MostRankedCells = 40_000_000;

    private const int MostSurprising = 20;
    private const int MostMatrixClasses = 20;
    private const int MostUnseenValues = 5;

    /// <exception cref="TrainingException">The table lacks the label, or it is of another kind than the task needs.</exception>
    public static EvaluationReport Evaluate(EvaluationRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ModelArtifact artifact = request.Artifact;
        LearningTask task = artifact.Task;
        double[] targets = Evaluation.Targets(request.HoldOut, artifact);
        var predictions = new Predictions(task, targets, request.Scores, task == LearningTask.Multiclass ? artifact.ClassLabels.Count : 1, request.Threshold);
        var metrics = new MetricSet(predictions, request.Confidence, task == LearningTask.Binary ? request.Costs : null);
        double reach = NormalDistribution.Reach(request.Confidence);
        (SortedDictionary<string, MetricEstimate> measured, Calibration calibration) = Measure(predictions, metrics, request.Confidence);
        cancellationToken.ThrowIfCancellationRequested();
        var table = new SliceTable(predictions, metrics, request.MinSliceRows, request.Confidence);
        List<SlicedColumn> slices = [];
        foreach (string name in request.Slices)
        {
            slices.Add(MeasureColumn(request, table, name));
            cancellationToken.ThrowIfCancellationRequested();
        }

        string[] sliceable = [.. artifact.Signature.Inputs.Where(input => input.Type != ColumnType.Text && request.HoldOut.Find(input.Name) is not null).Select(input => input.Name)];
        string[] searched = [.. sliceable.Take(WeakSliceSearch.MostColumns).Union(slices.Where(slice => slice.Problem is null).Select(slice => slice.Column), StringComparer.Ordinal)];
        var search = new WeakSliceSearch(predictions, table, request.MinSliceRows, request.Confidence);
        (IReadOnlyList<WeakSlice> weak, int looked) = search.Search(searched.Select(name =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Cut(request, name);
        }));
        return new EvaluationReport
        {
            Task = task,
            Rows = targets.Length,
            Unlabelled = targets.Length - predictions.Labelled.Length,
            Confidence = request.Confidence,
            Threshold = task == LearningTask.Binary ? request.Threshold : null,
            Costs = task == LearningTask.Binary ? request.Costs : null,
            ClassLabels = artifact.ClassLabels,
            Metrics = measured,
            Confusion = task == LearningTask.Regression ? null : Confuse(predictions, artifact.ClassLabels),
            Classes = task == LearningTask.Regression ? [] : Classes(predictions, artifact.ClassLabels, reach),
            Calibration = calibration,
            Slices = slices,
            WeakSlices = weak,
            Search = new SliceSearch(searched.Length, looked, artifact.Signature.Inputs.Count - Math.Min(sliceable.Length, WeakSliceSearch.MostColumns)),
            Surprising = Surprising(request, predictions),
            Coverage = Coverage(artifact, request.HoldOut),
        };
    }

    /// <summary>The metrics of scores with their intervals, by name; those that are not defined for the rows are absent.</summary>
    /// <param name="targets">Class index or value per row; rows with NaN are left out.</param>
    /// <param name="scores">Output k of row i at i × outputCount + k.</param>
    public static IReadOnlyDictionary<string, MetricEstimate> Measure(
        LearningTask task, double[] targets, double[] scores, int outputCount, double threshold = 0.5, double confidence = 0.95, ErrorCosts? costs = null)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(scores);
        var predictions = new Predictions(task, targets, scores, outputCount, threshold);
        return Measure(predictions, new MetricSet(predictions, confidence, task == LearningTask.Binary ? costs : null), confidence).Metrics;
    }

    private static (SortedDictionary<string, MetricEstimate> Metrics, Calibration Calibration) Measure(Predictions predictions, MetricSet metrics, double confidence)
    {
        SortedDictionary<string, MetricEstimate> measured = metrics.Measure(predictions.Task == LearningTask.Binary ? predictions.Ranked : predictions.Labelled);
        Calibration calibration = CalibrationTable.Measure(predictions, NormalDistribution.Reach(confidence));
        if (calibration.Ece is { } ece)
            measured["ece"] = ece;
        return (measured, calibration);
    }

    private static SlicedColumn MeasureColumn(EvaluationRequest request, SliceTable table, string name) => request.HoldOut.Find(name) switch
    {
        null => new SlicedColumn(name, [], [], $"The data has no column '{name}', or it is declared as ignored."),
        { Type: ColumnType.Text } => new SlicedColumn(name, [], [], $"'{name}' is a text: slices are made of numbers, dates, booleans and categories."),
        _ => table.Measure(Cut(request, name)),
    };

    private static ColumnSlices Cut(EvaluationRequest request, string name) =>
        Slicer.Cut(request.HoldOut[name], request.Limits.GetValueOrDefault(name), request.MinSliceRows);

    private static ConfusionMatrix Confuse(Predictions predictions, IReadOnlyList<string> labels)
    {
        (int[] shown, int[] place) = Shown(predictions, labels);
        bool others = shown.Length < labels.Count;
        long[][] counts = [.. Enumerable.Range(0, shown.Length + (others ? 1 : 0)).Select(_ => new long[shown.Length + (others ? 1 : 0)])];
        foreach (int row in predictions.Labelled)
            counts[place[predictions.Class(row)]][place[predictions.Predicted(row)]]++;
        return new ConfusionMatrix([.. shown.Select(k => labels[k]), .. others ? (string[])["(others)"] : []], counts);
    }

    /// <summary>The classes that are shown, and for every class its place among them, those left out behind the last.</summary>
    private static (int[] Shown, int[] Place) Shown(Predictions predictions, IReadOnlyList<string> labels)
    {
        ClassCounts counts = ClassCounts.Of(predictions, predictions.Labelled);
        int[] shown = [.. Enumerable.Range(0, labels.Count).OrderByDescending(k => counts.Actual[k]).ThenBy(k => k).Take(MostMatrixClasses).Order()];
        var place = new int[labels.Count];
        Array.Fill(place, shown.Length);
        foreach ((int index, int k) in shown.Index())
            place[k] = index;
        return (shown, place);
    }

    private static ClassFigures[] Classes(Predictions predictions, IReadOnlyList<string> labels, double reach)
    {
        ClassCounts counts = ClassCounts.Of(predictions, predictions.Labelled);
        return [.. Shown(predictions, labels).Shown.Select(k =>
        {
            long actual = counts.Actual[k], predicted = counts.Predicted[k];
            return new ClassFigures(
                labels[k], actual, predicted, Share(counts.Right[k], predicted, reach), Share(counts.Right[k], actual, reach), actual + predicted > 0 ? 2.0 * counts.Right[k] / (actual + predicted) : null);
        })];
    }

    private static MetricEstimate? Share(long part, long whole, double reach)
    {
        if (whole == 0)
            return null;
        double share = (double)part / whole;
        Interval interval = Intervals.Wilson(share, whole, reach);
        return new MetricEstimate(share, interval.Low, interval.High);
    }

    private static SurprisingRow[] Surprising(EvaluationRequest request, Predictions predictions)
    {
        // The queue holds the smallest of the largest on top; equal losses leave by the later row.
        var largest = new PriorityQueue<int, (double Loss, long Order)>();
        foreach (int row in predictions.Labelled)
        {
            if (double.IsFinite(predictions.Losses[row]))
                largest.Enqueue(row, (predictions.Losses[row], -row));
            if (largest.Count > MostSurprising)
                largest.Dequeue();
        }

        var rows = new SurprisingRow[largest.Count];
        for (int i = rows.Length - 1; i >= 0; i--)
            rows[i] = Describe(request, predictions, largest.Dequeue());
        return rows;
    }

    private static SurprisingRow Describe(EvaluationRequest request, Predictions predictions, int row)
    {
        IReadOnlyList<string> labels = request.Artifact.ClassLabels;
        var key = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (string name in request.Key)
            key[name] = request.HoldOut.Find(name) is { } column ? Text(column, row) : null;
        bool regression = predictions.Task == LearningTask.Regression;
        int predicted = regression ? 0 : predictions.Predicted(row);
        double? probability = predictions.Task switch
        {
            LearningTask.Regression => null,
            LearningTask.Binary => predicted == 1 ? predictions.Scores[row] : 1 - predictions.Scores[row],
            _ => predictions.Row(row)[predicted],
        };
        return new SurprisingRow(
            request.HoldOut.RowNumbers[row],
            key,
            regression ? Number(predictions.Targets[row]) : labels[predictions.Class(row)],
            regression ? Number(predictions.Scores[row]) : labels[predicted],
            probability,
            predictions.Losses[row]);
    }

    private static string? Text(Column column, int row) => column switch
    {
        CategoryColumn categories => categories.Codes[row] < 0 ? null : categories.Vocabulary[categories.Codes[row]],
        NumericColumn numbers => double.IsNaN(numbers.Values[row]) ? null : numbers.Type switch
        {
            ColumnType.Boolean => numbers.Values[row] != 0 ? "true" : "false",
            ColumnType.DateTime when Math.Abs(numbers.Values[row]) < 60e9 => DateTime.UnixEpoch.AddSeconds(numbers.Values[row]).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            _ => Number(numbers.Values[row]),
        },
        _ => null,
    };

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static InputCoverage[] Coverage(ModelArtifact artifact, Table holdOut)
    {
        FeatureRow probe = Scorer.Compile(artifact).CreateRow();
        return [.. artifact.Signature.Inputs.Index().Where(input => holdOut.Find(input.Item.Name)?.Type.IsCategorical() == input.Item.Type.IsCategorical()).Select(input =>
        {
            Column column = holdOut[input.Item.Name];
            ColumnSketch? training = artifact.Reference.Find(input.Item.Name);
            double trainingMissing = training is { Rows: > 0 } ? (double)training.Missing / training.Rows : 0;
            return column switch
            {
                NumericColumn numbers => OfNumbers(numbers, trainingMissing),
                CategoryColumn categories => OfCategories(categories, trainingMissing, probe, input.Index),
                _ => throw new InvalidOperationException($"The column '{column.Name}' is neither numeric nor categorical."),
            };
        })];
    }

    private static InputCoverage OfNumbers(NumericColumn column, double trainingMissing)
    {
        double min = double.PositiveInfinity, max = double.NegativeInfinity;
        long missing = 0;
        foreach (double value in column.Values)
        {
            if (double.IsNaN(value))
            {
                missing++;
                continue;
            }

            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        bool any = missing < column.RowCount;
        return new InputCoverage(column.Name, column.Type, Fraction(missing, column.RowCount), trainingMissing, any ? min : null, any ? max : null, null, 0, []);
    }

    private static InputCoverage OfCategories(CategoryColumn column, double trainingMissing, FeatureRow probe, int input)
    {
        var counts = new long[column.Vocabulary.Count];
        long missing = 0;
        foreach (int code in column.Codes)
        {
            if (code < 0)
                missing++;
            else
                counts[code]++;
        }

        var unseen = new List<int>();
        for (int code = 0; code < counts.Length && column.Type == ColumnType.Category; code++)
        {
            if (counts[code] == 0)
                continue;
            probe.SetCategory(input, Encoding.UTF8.GetBytes(column.Vocabulary[code]));
            if (probe.IsUnseen(input))
                unseen.Add(code);
        }

        return new InputCoverage(
            column.Name,
            column.Type,
            Fraction(missing, column.RowCount),
            trainingMissing,
            null,
            null,
            column.Type == ColumnType.Category ? counts.Count(count => count > 0) : null,
            unseen.Sum(code => counts[code]),
            [.. unseen.OrderByDescending(code => counts[code]).ThenBy(code => column.Vocabulary[code], StringComparer.Ordinal).Take(MostUnseenValues).Select(code => column.Vocabulary[code])]);
    }

    private static double Fraction(long part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
