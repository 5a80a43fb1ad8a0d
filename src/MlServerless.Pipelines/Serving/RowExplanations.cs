using System.Globalization;
using MlServerless.Learning;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Serving;

/// <summary>What each input added to the raw score behind a prediction; for multiclass, to that of the predicted class.</summary>
internal sealed class RowExplanations
{
    /// <summary>Rows that one request may ask to have explained: a row costs hundreds of times what its prediction does.</summary>
    public const int MaxRows = 1000;

    private readonly int inputs;
    private readonly double[] contributions;
    private readonly double[] baseValues;
    private readonly double[] rawScores;

    private RowExplanations(int rows, int inputs)
    {
        this.inputs = inputs;
        contributions = new double[rows * inputs];
        baseValues = new double[rows];
        rawScores = new double[rows];
    }

    /// <exception cref="ProblemException">400: more than <see cref="MaxRows"/> rows.</exception>
    public static RowExplanations Of(PredictionOutcome outcome)
    {
        int rows = outcome.Rows.RowCount;
        if (rows > MaxRows)
            throw ProblemException.BadRequest(
                string.Create(CultureInfo.InvariantCulture, $"{rows} rows are too many to be explained at once."),
                string.Create(CultureInfo.InvariantCulture, $"Send at most {MaxRows} rows, or leave the explanation out."));
        Explainer explainer = outcome.Model.Explainer;
        FeatureRow features = outcome.Model.Scorer.CreateRow();
        var found = new RowExplanations(rows, explainer.InputCount);
        double[] all = new double[explainer.OutputCount * explainer.InputCount];
        double[] raw = new double[explainer.OutputCount];
        for (int row = 0; row < rows; row++)
        {
            outcome.Rows.CopyTo(row, features);
            explainer.Explain(features, all, raw);
            int output = explainer.OutputCount == 1 ? 0 : outcome.Class(row);
            all.AsSpan(output * found.inputs, found.inputs).CopyTo(found.contributions.AsSpan(row * found.inputs));
            found.baseValues[row] = explainer.BaseValues[output];
            found.rawScores[row] = raw[output];
        }

        return found;
    }

    public double BaseValue(int row) => baseValues[row];

    public double RawScore(int row) => rawScores[row];

    /// <summary>By input.</summary>
    public ReadOnlySpan<double> Contributions(int row) => contributions.AsSpan(row * inputs, inputs);

    /// <summary>The inputs that added something, those that added or took most first.</summary>
    public int[] ByWeight(int row)
    {
        double[] own = Contributions(row).ToArray();
        return [.. Enumerable.Range(0, inputs).Where(input => own[input] != 0).OrderByDescending(input => Math.Abs(own[input])).ThenBy(input => input)];
    }
}
