namespace MlServerless.Data;

/// <summary>How a CSV file is written: what of it all parts need to know.</summary>
public sealed record CsvFormat
{
    /// <summary>As much of the beginning of a file as <see cref="Detect(ReadOnlySpan{byte}, out IReadOnlyList{Finding})"/> looks at; the header must fit.</summary>
    public const int HeadBytes = 1 << 20;

    /// <summary>One of <c>, ; tab |</c>, or what was declared.</summary>
    public required char Delimiter { get; init; }

    /// <summary>The names of the columns in the order of the file, each once; empty if there is no header. An empty name becomes <c>column_N</c>, a repeated one gets a number (both are findings).</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Bytes before the first data row: byte order mark, blank lines, header row and its line break.</summary>
    public required int HeaderBytes { get; init; }

    /// <inheritdoc cref="Detect(ReadOnlySpan{byte}, char?, out IReadOnlyList{Finding})"/>
    public static CsvFormat Detect(ReadOnlySpan<byte> head, out IReadOnlyList<Finding> findings) => Detect(head, null, out findings);

    /// <summary>Finds the delimiter and the columns of a file.</summary>
    /// <param name="head">The beginning of the file: <see cref="HeadBytes"/> bytes, or all there are. More is not looked at.</param>
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
}
