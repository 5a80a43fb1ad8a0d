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
            if (term.Kind == LinearTermKind.Sparse)
            {
                AddSparse(slots[(term.Slot * stride)..], stride, first, term.Columns, raw);
                first += term.Columns;
                continue;
            }
            (int column, double factor) = term.Pick(slots[term.Slot * stride]);
            if (column >= 0)
                for (int k = 0; k < raw.Length; k++)
                    raw[k] += factor * body.Coefficients[k][first + column];
            first += term.Columns;
        }
    }

    private void AddSparse(ReadOnlySpan<double> slots, int stride, int first, int columns, Span<double> raw)
    {
        for (int c = 0; c < columns; c++)
        {
            if (stride == 1)
            {
                int zeros = slots[c..columns].IndexOfAnyExcept(0.0);
                if (zeros < 0)
                    return;
                c += zeros;
            }
            double value = slots[c * stride];
            if (value != 0)
                for (int k = 0; k < raw.Length; k++)
                    raw[k] += value * body.Coefficients[k][first + c];
        }
    }
}
