using System.Text.Json;
using MlServerless.Pipelines.Monitoring.Capture.Rows;
using MlServerless.Pipelines.Serving;

namespace MlServerless.Pipelines.Monitoring.Challengers;

/// <summary>Scores captured lines with two models, group by group.</summary>
internal sealed class Replay(ServedModel champion, ServedModel challenger, Tally tally)
{
    private readonly RowBatch own = new(champion.Artifact.Signature.Inputs.Count);
    private readonly RowBatch other = new(challenger.Artifact.Signature.Inputs.Count);
    private readonly List<(int Version, string Key)> keys = [];
    private readonly RowErrors errors = new();

    /// <summary>Rows that do not fit one of the two.</summary>
    public long Refused { get; private set; }

    /// <summary>The versions that answered the rows of the group.</summary>
    public IEnumerable<int> Versions => keys.Select(key => key.Version).Distinct();

    /// <returns>How many bytes were read.</returns>
    public int ReadGroup(ReadOnlySpan<byte> lines, int rows)
    {
        own.Clear();
        other.Clear();
        keys.Clear();
        int position = 0;
        while (position < lines.Length && keys.Count < rows)
        {
            int end = lines[position..].IndexOf((byte)'\n');
            if (end < 0)
                return lines.Length;
            Read(lines.Slice(position, end));
            position += end + 1;
        }

        return position;
    }

    public void ScoreGroup(Func<int, string, string?> truthOf)
    {
        if (keys.Count > 0)
            tally.Add(PredictionOutcome.Of(new ModelAnswer(champion, false), own), PredictionOutcome.Of(new ModelAnswer(challenger, false), other), row => truthOf(keys[row].Version, keys[row].Key));
    }

    private void Read(ReadOnlySpan<byte> line)
    {
        var captured = new CapturedRow(line);
        Utf8JsonReader again = captured.Row;
        champion.Rows.ReadRow(ref captured.Row, own, errors);
        challenger.Rows.ReadRow(ref again, other, errors);
        if (errors.Any)
        {
            errors.Clear();
            own.RemoveLast();
            other.RemoveLast();
            Refused++;
            return;
        }

        keys.Add((captured.Version, captured.Key));
    }
}
