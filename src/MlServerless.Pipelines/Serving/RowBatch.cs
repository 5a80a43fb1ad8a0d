using MlServerless.Learning;

namespace MlServerless.Pipelines.Serving;

/// <summary>
/// The input values of the rows of one request, row after row in the order of the model's signature. Strings are kept as ranges of the request's bytes,
/// so that nothing is allocated per value.
/// </summary>
public sealed class RowBatch(int inputs)
{
    private Cell[] cells = new Cell[inputs];
    private byte[] text = [];
    private int textLength;

    public int Inputs { get; } = inputs;

    public int RowCount { get; private set; }

    /// <summary>Begins rows whose values are all absent.</summary>
    internal void AddRows(int count)
    {
        int start = RowCount * Inputs;
        int end = start + (count * Inputs);
        if (end > cells.Length)
            Array.Resize(ref cells, Math.Max(cells.Length * 2, end));
        cells.AsSpan(start, end - start).Clear();
        RowCount += count;
    }

    /// <summary>Takes the last row away.</summary>
    internal void RemoveLast() => RowCount--;

    /// <summary>Takes all rows away and keeps their room.</summary>
    internal void Clear()
    {
        RowCount = 0;
        textLength = 0;
    }

    internal ref Cell this[int row, int input] => ref cells[(row * Inputs) + input];

    internal Cell StoreText(ReadOnlySpan<byte> utf8)
    {
        if (textLength + utf8.Length > text.Length)
            Array.Resize(ref text, Math.Max(Math.Max(256, text.Length * 2), textLength + utf8.Length));
        utf8.CopyTo(text.AsSpan(textLength));
        textLength += utf8.Length;
        return Cell.Text(textLength - utf8.Length, utf8.Length);
    }

    internal ReadOnlySpan<byte> Text(Cell cell) => text.AsSpan(cell.Start, cell.Length);

    /// <summary>Puts one row into the form that the scorer takes.</summary>
    public void CopyTo(int row, FeatureRow features)
    {
        features.Clear();
        ReadOnlySpan<Cell> values = cells.AsSpan(row * Inputs, Inputs);
        for (int input = 0; input < values.Length; input++)
        {
            switch (values[input].Kind)
            {
                case CellKind.Number: features.SetNumber(input, values[input].Value); break;
                case CellKind.Text: features.SetCategory(input, Text(values[input])); break;
            }
        }
    }

    internal enum CellKind : byte
    {
        /// <summary>The row did not name the column.</summary>
        Absent,

        /// <summary>Named, with null.</summary>
        Missing,
        Number,
        Text,
    }

    internal readonly record struct Cell(CellKind Kind, double Value, int Start, int Length)
    {
        public static Cell Missing => new(CellKind.Missing, 0, 0, 0);

        public static Cell Number(double value) => new(CellKind.Number, value, 0, 0);

        public static Cell Text(int start, int length) => new(CellKind.Text, 0, start, length);
    }
}
