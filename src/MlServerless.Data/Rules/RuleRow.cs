namespace MlServerless.Data;

/// <summary>The row on which a rule looks.</summary>
internal sealed class RuleRow(IReadOnlyList<string> columns)
{
    private readonly int[] positions = [.. columns.Select(_ => -1)];
    private TypedRowReader? reader;
    private int known;
    private int row;

    /// <summary>Whether a value that was asked for is there but not of its type.</summary>
    internal bool IsUnreadable { get; private set; }

    /// <summary>Finds the columns in the reader's batch, which may have brought new ones.</summary>
    internal void Turn(TypedRowReader rows)
    {
        reader = rows;
        for (; known < rows.ColumnNames.Count; known++)
        {
            for (int i = 0; i < positions.Length; i++)
            {
                if (columns[i] == rows.ColumnNames[known])
                    positions[i] = known;
            }
        }
    }

    internal void MoveTo(int index)
    {
        row = index;
        IsUnreadable = false;
    }

    /// <summary>The text of a value; empty where it is missing.</summary>
    internal ReadOnlySpan<byte> Text(int column)
    {
        if (positions[column] < 0)
            return default;
        ReadOnlySpan<byte> text = reader!.Text(row, positions[column]);
        return ValueParser.IsMissing(text) ? default : text;
    }

    /// <summary>A number, 0 or 1, or seconds since 1970-01-01 UTC; NaN where it is missing, infinite or unreadable.</summary>
    internal double Number<TReader>(int column)
        where TReader : struct, IValueReader
    {
        ReadOnlySpan<byte> text = ValueParser.Trim(Text(column));
        if (text.IsEmpty)
            return double.NaN;
        if (TReader.TryRead(text, out double value))
            return double.IsFinite(value) ? value : double.NaN;
        IsUnreadable = true;
        return double.NaN;
    }
}
