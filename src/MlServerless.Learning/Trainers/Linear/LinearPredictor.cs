namespace MlServerless.Learning.Trainers.Linear;

/// <summary>Scores rows with a linear model, one row after the other, terms in their order.</summary>
internal sealed class LinearPredictor(LinearBody body) : IPredictor
{
    public void ScoreRaw(ReadOnlySpan<double> slots, int stride, int rows, Span<double> raw)
    {
        int outputs = body.Intercepts.Length;
        for (int i = 0; i < rows; i++)
            Score(slots[i..], stride, raw.Slice(i * outputs, outputs));
    }

    private void Score(ReadOnlySpan<double> slots, int stride, Span<double> raw)
    {
        body.Intercepts.CopyTo(raw);
        int first = 0;
        foreach (LinearTerm term in body.Terms)
        {
            double value = slots[term.Slot * stride];
            (int column, double factor) = term.Kind == LinearTermKind.OneHot
                ? (term.ColumnOf(value), 1.0)
                : double.IsNaN(value) ? (term.Kind == LinearTermKind.NumberOrMissing ? 1 : -1, 1.0) : (0, term.Standardise(value));
            if (column >= 0)
                for (int k = 0; k < raw.Length; k++)
                    raw[k] += factor * body.Coefficients[k][first + column];
            first += term.Columns;
        }
    }
}
