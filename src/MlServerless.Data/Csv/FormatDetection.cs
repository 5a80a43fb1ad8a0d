using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace MlServerless.Data;

/// <summary>Looks at the beginning of a file.</summary>
internal sealed class FormatDetection
{
    private const int SampledRows = 100;

    /// <summary>In the order of preference where two fit equally well.</summary>
    private static readonly char[] Usual = [',', ';', '\t', '|'];

    /// <summary>What people also separate columns by; only recognized to say so.</summary>
    private static readonly char[] Unusual = [' ', ':', '^', '~', '#', '!', '\u0001', '\u001f'];

    private readonly byte[] buffer;
    private readonly int start;
    private readonly int end;
    private readonly bool whole;
    private readonly List<Finding> findings = [];

    internal FormatDetection(ReadOnlySpan<byte> head, bool whole)
    {
        buffer = new byte[head.Length + CsvTokenizer.Padding];
        head.CopyTo(buffer);
        end = head.Length;
        this.whole = whole;
        start = head.StartsWith("\uFEFF"u8) ? 3 : 0;
        while (start < end && buffer[start] is (byte)'\r' or (byte)'\n')
            start++;
    }

    internal IReadOnlyList<Finding> Findings => findings;

    internal CsvFormat Run(char? declared)
    {
        var none = new CsvFormat { Delimiter = declared ?? ',', Columns = [], HeaderBytes = end };
        if (LooksLikeOtherContent())
            return none;
        if (start == end)
        {
            Block(FindingCodes.EmptyFile, "The file is empty. Upload a CSV file with a header row and data rows.");
            return none;
        }

        char delimiter = Choose(declared);
        if (!TryHeader(delimiter, out RowShape header, out List<string> names))
            return none;
        return new CsvFormat { Delimiter = delimiter, Columns = Name(names), HeaderBytes = header.Next };
    }

    private bool LooksLikeOtherContent()
    {
        ReadOnlySpan<byte> head = buffer.AsSpan(0, end);
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            Block(FindingCodes.NotUtf8, "The file is encoded in UTF-16. Save it as UTF-8 (in a spreadsheet program: “CSV UTF-8”).", "UTF-8", "UTF-16");
            return true;
        }

        string? content = head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "gzip"
            : head.StartsWith("PK\u0003\u0004"u8) ? "a zip archive or a spreadsheet"
            : head.StartsWith("PAR1"u8) ? "Parquet"
            : MediaTypes.OfSignature(head);
        if (content is null)
            return LooksLikeJsonArray();
        Block(FindingCodes.NotText, $"The file is {content}, not CSV text. Export or unpack it as CSV and upload that.", "CSV text in UTF-8", content);
        return true;
    }

    private bool LooksLikeJsonArray()
    {
        ReadOnlySpan<byte> text = buffer.AsSpan(start, end - start).TrimStart(" \t\r\n"u8);
        if (!text.StartsWith("["u8) || !text[1..].TrimStart(" \t\r\n"u8).StartsWith("{"u8))
            return false;
        Block(FindingCodes.NotText, "The file is one JSON array. Write one object on a line (NDJSON) instead, for example with jq -c '.[]'.", "CSV, or one JSON object on a line", "a JSON array");
        return true;
    }

    private char Choose(char? declared)
    {
        Fit best = default;
        foreach (char candidate in Usual)
        {
            Fit fit = Try(candidate);
            if (fit.CompareTo(best) > 0)
                best = fit;
        }

        if (declared is { } wanted)
        {
            Fit own = Try(wanted);
            if (own.Fields < 2 && best.Fields >= 2 && best.Delimiter != wanted && best.Consistent)
                Block(
                    FindingCodes.WrongDelimiter,
                    $"The declared delimiter {Show(wanted)} does not occur in the header, but {Show(best.Delimiter)} separates {best.Fields} columns in every row looked at. Declare {Show(best.Delimiter)}, or none to have it detected.",
                    Show(wanted),
                    Show(best.Delimiter));
            return wanted;
        }

        if (best.Fields >= 2)
            return best.Delimiter;
        foreach (char candidate in Unusual)
        {
            Fit fit = Try(candidate);
            if (fit.Fields >= 2 && fit.Rows >= 2 && fit.Consistent)
            {
                Block(
                    FindingCodes.WrongDelimiter,
                    $"The file seems to be delimited by {Show(candidate)} ({fit.Fields} columns in every row looked at). Write it with a comma, semicolon, tab or vertical bar between the columns.",
                    ", ; tab |",
                    Show(candidate));
                break;
            }
        }

        return ',';
    }

    /// <summary>How well the first rows agree with the header when split by a character.</summary>
    private Fit Try(char delimiter)
    {
        int header = 0;
        int rows = 0;
        int agreeing = 0;
        int position = start;
        while (rows <= SampledRows && position < end && CsvTokenizer.TryReadRow(buffer, position, end, whole, (byte)delimiter, [], out RowShape row))
        {
            int rowStart = position;
            position = row.Next;
            if (row.End == rowStart)
                continue;
            if (rows == 0)
                header = row.Fields;
            else if (row.Fields == header)
                agreeing++;
            rows++;
        }

        return new Fit(delimiter, header, rows, agreeing);
    }

    private bool TryHeader(char delimiter, out RowShape header, out List<string> names)
    {
        names = [];
        var cells = new Cell[DataFormat.MaxColumns];
        if (!CsvTokenizer.TryReadRow(buffer, start, end, whole, (byte)delimiter, cells, out header))
        {
            Block(FindingCodes.HeaderTooLong, $"The first row does not end within {DataFormat.HeadBytes} bytes. Check that the file has line breaks and a header row.");
            return false;
        }

        ReadOnlySpan<byte> text = buffer.AsSpan(start, header.End - start);
        if (header.Fault != RowFault.None)
            Block(
                header.Fault == RowFault.MalformedQuote ? FindingCodes.MalformedQuote : FindingCodes.UnterminatedQuote,
                "The quotes in the header row do not match. Put a quoted name in quotes as a whole and double the quotes inside it.");
        else if (!Utf8.IsValid(text))
            Block(FindingCodes.NotUtf8, "The header row is not valid UTF-8. Save the file as UTF-8.", "UTF-8", null);
        else if (text.Contains((byte)0))
            Block(FindingCodes.NulByte, "The header row holds NUL bytes. Check that the file is text in UTF-8.");
        else if (header.Fields > DataFormat.MaxColumns)
            Block(FindingCodes.TooManyColumns, $"The header has {header.Fields} columns; up to {DataFormat.MaxColumns} can be read.", $"at most {DataFormat.MaxColumns}", header.Fields.ToString(CultureInfo.InvariantCulture));
        else
            names.AddRange(cells[..header.Fields].Select(cell => Encoding.UTF8.GetString(ValueParser.Trim(buffer.AsSpan(cell.Start, cell.Length)))));
        return names.Count > 0;
    }

    /// <summary>Gives every column a name of its own.</summary>
    private List<string> Name(List<string> names)
    {
        var taken = new HashSet<string>(names, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var unique = new List<string>(names.Count);
        for (int i = 0; i < names.Count; i++)
        {
            string name = names[i];
            if (name.Length == 0)
            {
                name = Unused(string.Create(CultureInfo.InvariantCulture, $"column_{i + 1}"), taken);
                findings.Add(new Finding
                {
                    Code = FindingCodes.EmptyColumnName,
                    Severity = Severity.Warning,
                    Column = name,
                    Message = $"Column {i + 1} has no name in the header and is called '{name}' here. Name it, or leave it out if it is a row number that a tool added.",
                    Count = 1,
                });
            }
            else if (!seen.Add(name))
            {
                findings.Add(new Finding
                {
                    Code = FindingCodes.DuplicateColumn,
                    Severity = Severity.Blocking,
                    Column = name,
                    Message = $"The header names '{name}' again as column {i + 1}. Rename or remove one of the two.",
                    Expected = "every name once",
                    Count = 1,
                });
                name = Unused(string.Create(CultureInfo.InvariantCulture, $"{name} ({i + 1})"), taken);
            }

            unique.Add(name);
        }

        return unique;
    }

    private static string Unused(string name, HashSet<string> taken)
    {
        while (!taken.Add(name))
            name += "_";
        return name;
    }

    private void Block(string code, string message, string? expected = null, string? observed = null) =>
        findings.Add(new Finding { Code = code, Severity = Severity.Blocking, Message = message, Expected = expected, Observed = observed, Count = 1 });

    private static string Show(char delimiter) => delimiter switch
    {
        '\t' => "tab",
        ' ' => "space",
        < ' ' => string.Create(CultureInfo.InvariantCulture, $"the control character {(int)delimiter}"),
        _ => $"'{delimiter}'",
    };

    private readonly record struct Fit(char Delimiter, int Fields, int Rows, int Agreeing) : IComparable<Fit>
    {
        internal bool Consistent => Agreeing == Rows - 1;

        private double Agreement => Fields < 2 ? -1 : Rows < 2 ? 0 : Agreeing / (double)(Rows - 1);

        public int CompareTo(Fit other) =>
            Agreement != other.Agreement ? Agreement.CompareTo(other.Agreement) : Fields.CompareTo(other.Fields);
    }
}
