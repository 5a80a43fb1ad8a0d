namespace MlServerless.Learning.Preprocessing;

/// <summary>Rows of a table seen as slots. Safe for several threads at once.</summary>
internal sealed class EncodedRows(Preprocessor preprocessor, ColumnReader?[] readers, int[]? rows, int count)
{
    public int Count { get; } = count;

    public Preprocessor Preprocessor { get; } = preprocessor;

    /// <summary>Some of these rows, in the given order.</summary>
    public EncodedRows Select(int[] positions) =>
        new(Preprocessor, readers, rows is null ? positions : [.. positions.Select(p => rows[p])], positions.Length);

    /// <summary>Writes slot s of row start+i to slots[s × stride + i].</summary>
    public void Read(int start, int count, Span<double> slots, int stride)
    {
        for (int input = 0; input < readers.Length; input++)
        {
            Span<double> target = slots[(Preprocessor.FirstSlot(input) * stride)..];
            if (readers[input] is { } reader)
                reader.Read(rows, start, count, target, stride);
            else
                for (int i = 0; i < count; i++)
                    Preprocessor.Inputs[input].SetMissing(target[i..], stride);
        }
    }
}
