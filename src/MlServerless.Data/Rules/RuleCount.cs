namespace MlServerless.Data;

/// <summary>How many rows break a rule.</summary>
/// <param name="Name">The rule's.</param>
/// <param name="Rows">Rows looked at.</param>
/// <param name="Failed">Rows that break it.</param>
/// <param name="Unknown">Rows that cannot tell, because a value is missing.</param>
/// <param name="Examples">1-based positions of the first rows that break it.</param>
public sealed record RuleCount(string Name, long Rows, long Failed, long Unknown, IReadOnlyList<long> Examples)
{
    /// <summary>Counts over the rows of a CSV file with a comma as its delimiter and the given header.</summary>
    /// <param name="rules">Read with the types that the file's columns have.</param>
    /// <param name="csv">The file.</param>
    /// <param name="columns">The header's names.</param>
    /// <param name="headerBytes">How long the header is, its line break included.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static IReadOnlyList<RuleCount> Of(IReadOnlyList<RowRule> rules, Stream csv, IReadOnlyList<string> columns, int headerBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(csv);
        var reader = new TypedRowReader(csv, new CsvFormat { Columns = columns, Delimiter = ',', HeaderBytes = headerBytes }, isFirst: true, schema: null);
        var scan = new RuleScan(rules);
        while (reader.Read(cancellationToken))
            scan.Add(reader);
        return [.. scan.Tallies.Select(tally => new RuleCount(tally.Name, reader.RowsRead, tally.Failed.Count, tally.Unknown, tally.Failed.Rows))];
    }
}
