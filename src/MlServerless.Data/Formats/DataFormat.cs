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

    /// <summary>Finds how a file of rows is written.</summary>
    /// <param name="head">Its beginning: <see cref="HeadBytes"/> bytes, or all there are.</param>
    /// <param name="delimiter">For CSV, the declared delimiter; null to detect it.</param>
    /// <param name="findings">What is wrong with the beginning of the file. If one of them is blocking, the format is not to be relied on.</param>
    public static DataFormat Recognize(ReadOnlySpan<byte> head, char? delimiter, out IReadOnlyList<Finding> findings)
    {
        if (!NdjsonFormat.IsLikely(head))
            return CsvFormat.Detect(head, delimiter, out findings);
        findings = [];
        return NdjsonFormat.Discover;
    }

    /// <summary>The same format where its columns are known; unchanged where the beginning of the file tells them.</summary>
    /// <param name="columns">Columns of the file, which may have others, too.</param>
    public virtual DataFormat WithColumns(IReadOnlyList<string> columns) => this;

    /// <summary>Finds row ends, to cut a file into parts.</summary>
    internal abstract PartBoundary CreateBoundary();

    /// <summary>Reads the rows of a part.</summary>
    /// <param name="part">Its bytes.</param>
    /// <param name="isFirst">Whether the part is the first of its file.</param>
    internal abstract RowBatchReader Read(Stream part, bool isFirst);
}
