namespace MlServerless.Data;

/// <summary>How a CSV file is written. An empty name of a column becomes <c>column_N</c>, a repeated one gets a number (both are findings).</summary>
public sealed record CsvFormat : DataFormat
{
    /// <summary>One of <c>, ; tab |</c>, or what was declared.</summary>
    public required char Delimiter { get; init; }

    /// <summary>Bytes before the first data row: byte order mark, blank lines, header row and its line break.</summary>
    public required int HeaderBytes { get; init; }

    /// <inheritdoc cref="Detect(ReadOnlySpan{byte}, char?, out IReadOnlyList{Finding})"/>
    public static CsvFormat Detect(ReadOnlySpan<byte> head, out IReadOnlyList<Finding> findings) => Detect(head, null, out findings);

    /// <summary>Finds the delimiter and the columns of a file.</summary>
    /// <param name="head">The beginning of the file: <see cref="DataFormat.HeadBytes"/> bytes, or all there are. More is not looked at.</param>
    /// <param name="delimiter">The declared delimiter, an ASCII character other than a quote, letter, digit or line break; null to detect it among <c>, ; tab |</c>.</param>
    /// <param name="findings">What is wrong with the beginning of the file. If one of them is blocking, the format is not to be relied on.</param>
    /// <exception cref="ArgumentException">The declared delimiter cannot be one.</exception>
    public static CsvFormat Detect(ReadOnlySpan<byte> head, char? delimiter, out IReadOnlyList<Finding> findings)
    {
        if (delimiter is { } declared && (!char.IsAscii(declared) || char.IsAsciiLetterOrDigit(declared) || declared is '"' or '\r' or '\n' or '\0'))
            throw new ArgumentException($"'{declared}' cannot be a delimiter: use one of , ; | or a tab.", nameof(delimiter));
        var detection = new FormatDetection(head.Length > HeadBytes ? head[..HeadBytes] : head, whole: head.Length < HeadBytes);
        CsvFormat format = detection.Run(delimiter);
        findings = detection.Findings;
        return format;
    }

    internal override RowBatchReader Read(Stream part, bool isFirst) => new CsvBatchReader(part, this, isFirst);

    internal override PartBoundary CreateBoundary() => new RowBoundary((byte)Delimiter);
}
