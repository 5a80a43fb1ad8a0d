namespace MlServerless.Data;

/// <summary>How a file of rows is written: what of it all parts need to know.</summary>
public abstract record DataFormat
{
    /// <summary>As much of the beginning of a file as is looked at to find its format.</summary>
    public const int HeadBytes = 1 << 20;

    /// <summary>The most columns that a file may have.</summary>
    public const int MaxColumns = 10_000;

    private protected DataFormat()
    {
    }

    /// <summary>The names of the columns in the order of the file, each once; empty where the beginning of the file does not tell them.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Reads the rows of a part.</summary>
    /// <param name="part">Its bytes.</param>
    /// <param name="isFirst">Whether the part is the first of its file.</param>
    internal abstract RowBatchReader Read(Stream part, bool isFirst);
}
