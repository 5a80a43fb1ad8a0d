using System.Buffers;
using MlServerless.Pipelines.Monitoring.Capture;

namespace MlServerless.Pipelines.Serving.Rows;

/// <summary>
/// Scores rows in groups and writes a line for each, in their order. A row that does not fit the model is said with what is wrong with it and keeps no other
/// from being scored. Memory is bounded by the group, however many rows there are.
/// </summary>
/// <param name="ids">Of the whole request; null where ids cannot be given.</param>
/// <param name="observe">Called with every group that was predicted.</param>
internal sealed class RowsScorer(ModelAnswer answer, PredictionIds? ids, RowsWriter writer, Action<PredictionOutcome> observe)
{
    // Scored side by side, and little memory whatever the number of inputs.
    private const int GroupRows = 512;

    private readonly RowBatch batch = new(answer.Model.Artifact.Signature.Inputs.Count);
    private readonly List<(long Number, RowFault[]? Faults)> group = [];
    private readonly RowErrors errors = new();
    private readonly SortedDictionary<string, long> violations = new(StringComparer.Ordinal);

    /// <summary>Rows that were predicted.</summary>
    public long Predicted { get; private set; }

    /// <summary>Rows that were not, because they do not fit the model.</summary>
    public long Refused { get; private set; }

    /// <summary>Values that do not fit, by column; "" for rows that are no rows.</summary>
    public IReadOnlyDictionary<string, long> Violations => violations;

    /// <summary>Reads on to the end of a group.</summary>
    /// <param name="number">The number of the row that was read last; grows with each.</param>
    /// <returns>False when there was no row left.</returns>
    public bool ReadGroup(RowsReader reader, ref long number)
    {
        batch.Clear();
        group.Clear();
        while (group.Count < GroupRows && reader.Read(batch, errors))
        {
            RowFault[]? faults = null;
            if (errors.Any)
            {
                faults = [.. errors.Told];
                foreach (RowFault fault in faults)
                    violations[fault.Column ?? ""] = violations.GetValueOrDefault(fault.Column ?? "") + 1;
                errors.Clear();
                batch.RemoveLast();
            }

            group.Add((++number, faults));
        }

        if (group.Count == 0)
            return false;
        WriteGroup();
        return true;
    }

    private void WriteGroup()
    {
        PredictionOutcome outcome = PredictionOutcome.Of(answer, batch) with { Ids = ids, FirstId = (int)Predicted };
        int row = 0;
        foreach ((long number, RowFault[]? faults) in group)
        {
            if (faults is null)
                writer.WritePrediction(number, outcome, row++);
            else
                writer.WriteErrors(number, faults);
        }

        Predicted += row;
        Refused += group.Count - row;
        if (row > 0)
            observe(outcome);
    }
}
