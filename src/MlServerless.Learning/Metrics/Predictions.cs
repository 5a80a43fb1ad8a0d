namespace MlServerless.Learning.Metrics;

/// <summary>What is measured: targets and scores row by row.</summary>
internal sealed class Predictions
{
    private double[]? losses;
    private int[]? ranked;

    /// <param name="targets">Class index or value per row; NaN where there is no label.</param>
    /// <param name="scores">Output k of row i at i × outputs + k.</param>
    /// <param name="threshold">The probability from which a row counts as predicted positive.</param>
    /// <exception cref="ArgumentException">There are not so many scores per target.</exception>
    public Predictions(LearningTask task, double[] targets, double[] scores, int outputs, double threshold)
    {
        if (scores.Length != (long)targets.Length * outputs)
            throw new ArgumentException($"{targets.Length} targets with {outputs} outputs need {(long)targets.Length * outputs} scores, not {scores.Length}.", nameof(scores));
        Task = task;
        Targets = targets;
        Scores = scores;
        Outputs = outputs;
        Threshold = threshold;
        Labelled = [.. Enumerable.Range(0, targets.Length).Where(row => !double.IsNaN(targets[row]))];
    }

    public LearningTask Task { get; }

    public double[] Targets { get; }

    public double[] Scores { get; }

    public int Outputs { get; }

    public double Threshold { get; }

    /// <summary>The rows that have a label, in their order.</summary>
    public int[] Labelled { get; }

    /// <summary>Of a binary task: the rows that have a label by rising score, equals in their order.</summary>
    public int[] Ranked => ranked ??= Rank(Labelled, 0);

    /// <summary><see cref="Loss"/> of every row that has a label.</summary>
    public double[] Losses => losses ??= MeasureLosses();

    public ReadOnlySpan<double> Row(int row) => Scores.AsSpan(row * Outputs, Outputs);

    public int Class(int row) => (int)Targets[row];

    /// <summary>The predicted class.</summary>
    public int Predicted(int row) => Task == LearningTask.Binary ? Scores[row] >= Threshold ? 1 : 0 : MulticlassMetrics.MostProbable(Row(row));

    public double Error(int row) => Scores[row] - Targets[row];

    /// <summary>Rows by rising score of one output, equals in the order given.</summary>
    public int[] Rank(ReadOnlySpan<int> rows, int output)
    {
        var keys = new double[rows.Length];
        var positions = new int[rows.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = Scores[(rows[i] * Outputs) + output];
            positions[i] = i;
        }

        Array.Sort(keys, positions);
        for (int start = 0; start < keys.Length;)
        {
            int end = start + 1;
            while (end < keys.Length && keys[end] == keys[start])
                end++;
            // The sort leaves equals in any order; sums that follow it must not.
            if (end - start > 1)
                Array.Sort(positions, start, end - start);
            start = end;
        }

        for (int i = 0; i < positions.Length; i++)
            positions[i] = rows[positions[i]];
        return positions;
    }

    private double[] MeasureLosses()
    {
        var measured = new double[Targets.Length];
        foreach (int row in Labelled)
            measured[row] = Loss(row);
        return measured;
    }

    /// <summary>The log-loss of a row, or its squared error.</summary>
    private double Loss(int row)
    {
        if (Task == LearningTask.Regression)
            return Error(row) * Error(row);
        double probability = Task == LearningTask.Binary
            ? Targets[row] == 1 ? Scores[row] : 1 - Scores[row]
            : Scores[(row * Outputs) + Class(row)];
        return LogLossTerm.Of(probability);
    }

    /// <summary>The squared distance between the probabilities and what happened.</summary>
    public double Brier(int row)
    {
        if (Task == LearningTask.Binary)
            return Error(row) * Error(row);
        double sum = 0;
        for (int k = 0; k < Outputs; k++)
        {
            double error = Scores[(row * Outputs) + k] - (Class(row) == k ? 1 : 0);
            sum += error * error;
        }

        return sum;
    }
}
