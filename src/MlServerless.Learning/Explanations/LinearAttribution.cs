using MlServerless.Learning.Preprocessing;
using MlServerless.Learning.Trainers.Linear;

namespace MlServerless.Learning.Explanations;

/// <summary>Shapley values of a linear model: what a term adds, less what it adds to the mean training row.</summary>
internal sealed class LinearAttribution : IAttribution
{
    private readonly LinearBody body;
    private readonly int[] inputs;

    /// <summary>What term t adds to output k of the mean row, at t × outputs + k.</summary>
    private readonly double[] means;

    public LinearAttribution(LinearBody body, IReadOnlyList<Slot> slots)
    {
        this.body = body;
        int outputs = body.Intercepts.Length;
        inputs = [.. body.Terms.Select(term => slots[term.Slot].Input)];
        means = new double[body.Terms.Length * outputs];
        BaseValues = [.. body.Intercepts];
        int first = 0;
        for (int t = 0; t < body.Terms.Length; first += body.Terms[t++].Columns)
            for (int k = 0; k < outputs; k++)
                BaseValues[k] += means[t * outputs + k] = Mean(first, body.Terms[t].Columns, body.Coefficients[k]);
        Cost = (long)first * outputs;
    }

    public double[] BaseValues { get; }

    public long Cost { get; }

    public void Explain(ReadOnlySpan<double> slots, Span<double> contributions)
    {
        int outputs = BaseValues.Length;
        int width = contributions.Length / outputs;
        int first = 0;
        for (int t = 0; t < body.Terms.Length; first += body.Terms[t++].Columns)
            for (int k = 0; k < outputs; k++)
                contributions[k * width + inputs[t]] += Added(body.Terms[t], slots[body.Terms[t].Slot..], body.Coefficients[k].AsSpan(first)) - means[t * outputs + k];
    }

    private static double Added(LinearTerm term, ReadOnlySpan<double> slots, ReadOnlySpan<double> coefficients)
    {
        if (term.Kind != LinearTermKind.Sparse)
        {
            (int column, double factor) = term.Pick(slots[0]);
            return column < 0 ? 0 : factor * coefficients[column];
        }
        double sum = 0;
        for (int c = 0; c < term.Columns; c++)
            sum += slots[c] * coefficients[c];
        return sum;
    }

    private double Mean(int first, int columns, ReadOnlySpan<double> coefficients)
    {
        double sum = 0;
        for (int c = first; c < first + columns && body.Averages is not null; c++)
            sum += body.Averages[c] * coefficients[c];
        return sum;
    }
}
