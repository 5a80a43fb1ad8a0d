using System.Text.Json;

namespace MlServerless.Data;

/// <summary>How many kept rows break each rule. Mergeable like all of a <see cref="PartScan"/>.</summary>
internal sealed class RuleScan
{
    private readonly IReadOnlyList<RowRule> rules;
    private readonly RuleRow[] rows;
    private readonly RuleTally[] tallies;

    internal RuleScan(IReadOnlyList<RowRule> rules)
    {
        this.rules = rules;
        rows = [.. rules.Select(rule => new RuleRow(rule.Columns))];
        tallies = [.. rules.Select(rule => new RuleTally(rule.Name, rule.Expression))];
    }

    private RuleScan(RuleTally[] tallies)
    {
        rules = [];
        rows = [];
        this.tallies = tallies;
    }

    internal IReadOnlyList<RuleTally> Tallies => tallies;

    /// <summary>Takes up the kept rows of the batch on which the reader stands.</summary>
    internal void Add(TypedRowReader reader)
    {
        for (int rule = 0; rule < rules.Count; rule++)
        {
            RuleRow cursor = rows[rule];
            cursor.Turn(reader);
            for (int row = 0; row < reader.Rows; row++)
            {
                if (!reader.IsKept(row))
                    continue;
                cursor.MoveTo(row);
                switch (rules[rule].Evaluate(cursor))
                {
                    case Truth.False:
                        tallies[rule].Failed.Add(reader.NumberOf(row));
                        break;
                    case Truth.Unknown:
                        tallies[rule].Unknown++;
                        break;
                }
            }
        }
    }

    /// <summary>The scan of nothing yet with the same rules.</summary>
    internal RuleScan Empty() => new([.. tallies.Select(tally => new RuleTally(tally.Name, tally.Expression))]);

    /// <exception cref="ArgumentException">The rules differ.</exception>
    internal void Append(RuleScan later, long offset)
    {
        if (!tallies.Select(tally => (tally.Name, tally.Expression)).SequenceEqual(later.tallies.Select(tally => (tally.Name, tally.Expression))))
            throw new ArgumentException("Scans with different rules cannot be merged.", nameof(later));
        for (int i = 0; i < tallies.Length; i++)
        {
            tallies[i].Failed.Append(later.tallies[i].Failed, offset);
            tallies[i].Unknown += later.tallies[i].Unknown;
        }
    }

    internal IReadOnlyList<RuleTallyDocument>? ToDocument() =>
        tallies.Length == 0 ? null : [.. tallies.Select(tally => new RuleTallyDocument(tally.Name, tally.Expression, tally.Unknown, tally.Failed.ToDocument()))];

    /// <exception cref="JsonException">It was not written by this class.</exception>
    internal static RuleScan? Read(IReadOnlyList<RuleTallyDocument>? document) => document is null ? null : new([.. document.Select(ReadTally)]);

    private static RuleTally ReadTally(RuleTallyDocument? document) => document is { Unknown: >= 0 }
        ? new RuleTally(document.Name, document.Expression) { Unknown = document.Unknown, Failed = Tally.Read(document.Failed) }
        : throw new JsonException("The tally of a rule has a count of rows that are not known.");
}
