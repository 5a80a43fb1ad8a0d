namespace MlServerless.Data;

/// <summary>Rows that are kept out, and whether enough are left.</summary>
internal static class RowChecks
{
    internal static void Check(PartScan scan, CheckContext context, Findings findings)
    {
        if (scan.RowCount == 0)
        {
            findings.Add(FindingCodes.HeaderOnly, Severity.Blocking, null, "The file has a header but no data rows. Upload it with its rows.", "data rows", "0 rows", 0);
            return;
        }

        bool tolerated = scan.RejectedRows <= context.ToleratedFraction * scan.RowCount;
        foreach (RowFault fault in Enum.GetValues<RowFault>())
        {
            Tally tally = scan.Faults[(int)fault];
            if (tally.Count == 0 || Describe(fault, scan, tally) is not { } description)
                continue;

            // An open quote swallows what follows it: how much is lost cannot be told from the number of rows.
            Severity severity = tolerated && fault != RowFault.UnterminatedQuote ? Severity.Warning : Severity.Blocking;
            string share = $"{Findings.Rows(tally.Count)} of {scan.RowCount} ({Findings.Percent(tally.Count, scan.RowCount)})";
            findings.Add(description.Code, severity, null, $"{share} {description.Problem} and {(tally.Count == 1 ? "is" : "are")} kept out. {description.Mend}", tally, description.Expected, fraction: Findings.Ratio(tally.Count, scan.RowCount));
        }

        CheckCount(scan, context, findings);
    }

    private static void CheckCount(PartScan scan, CheckContext context, Findings findings)
    {
        if (scan.KeptRows < context.MinimumRows)
            findings.Add(
                FindingCodes.TooFewRows,
                Severity.Blocking,
                null,
                $"{Findings.Rows(scan.KeptRows)} can be used, {context.MinimumRows} are needed. Upload more data, or lower the minimum in the pipeline's checks.",
                $"at least {context.MinimumRows} rows",
                Findings.Rows(scan.KeptRows),
                scan.KeptRows);
    }

    private static Description? Describe(RowFault fault, PartScan scan, Tally tally) => fault switch
    {
        RowFault.Ragged => new(
            FindingCodes.RaggedRow,
            $"{Have(tally)} another number of fields than the header's {scan.Columns.Count}",
            "Quote fields that hold the delimiter or line breaks, and remove stray delimiters.",
            $"{scan.Columns.Count} fields"),
        RowFault.MalformedQuote => new(
            FindingCodes.MalformedQuote,
            $"{Have(tally)} text after a closing quote",
            "Quote the field as a whole and double the quotes inside it.",
            null),
        RowFault.UnterminatedQuote => new(
            FindingCodes.UnterminatedQuote,
            $"{(tally.Count == 1 ? "opens" : "open")} a quote that is never closed",
            "What follows it in the file cannot be read as rows. Close the quote, or double it if it belongs to the text.",
            null),
        RowFault.MalformedJson => new(
            FindingCodes.MalformedJson,
            $"{(tally.Count == 1 ? "is not one JSON object" : "are not one JSON object each")}, or name{(tally.Count == 1 ? "s" : "")} a member twice",
            "Write every object on a line of its own, with double quotes and without trailing commas (for a JSON array: jq -c '.[]').",
            "one JSON object per line"),
        RowFault.NotUtf8 => new(
            FindingCodes.NotUtf8,
            $"{(tally.Count == 1 ? "is" : "are")} not valid UTF-8",
            "Save the file as UTF-8 (in a spreadsheet program: “CSV UTF-8”).",
            "UTF-8"),
        RowFault.NulByte => new(FindingCodes.NulByte, $"{(tally.Count == 1 ? "holds" : "hold")} NUL bytes", "Remove them; text has none.", null),
        RowFault.TooLong => new(
            FindingCodes.RowTooLong,
            $"{(tally.Count == 1 ? "is" : "are")} longer than {RowBatchReader.MaxRowBytes >> 20} MiB",
            "Check the line breaks and quotes of the file.",
            $"at most {RowBatchReader.MaxRowBytes >> 20} MiB"),
        _ => null, // values of an unexpected type are told column by column
    };

    private static string Have(Tally tally) => tally.Count == 1 ? "has" : "have";

    private sealed record Description(string Code, string Problem, string Mend, string? Expected);
}
