using System.Text.Json;

namespace MlServerless.Data;

/// <summary>A <see cref="ValueSample"/> with a summary of all hashes from the moment on in which the sample no longer counts every value.</summary>
internal sealed class SampledValues<TSummary>(int capacity)
    where TSummary : class, IHashSummary<TSummary>, new()
{
    internal ValueSample Sample { get; } = new(capacity);

    /// <summary>Null while the sample is complete.</summary>
    internal TSummary? Summary { get; private set; }

    internal void Add(ReadOnlySpan<byte> value, long count = 1)
    {
        value = ValueSample.Identity(value);
        Add(value, StableHash.Of(value), count);
    }

    /// <summary>Adds many values, each once.</summary>
    /// <param name="values">Values as <see cref="ValueSample.Identity"/> gives them.</param>
    /// <param name="hashes">The <see cref="StableHash"/> of each.</param>
    internal void Add(ColumnTexts values, ReadOnlySpan<ulong> hashes)
    {
        int summarized = 0;
        while (Summary is null && summarized < hashes.Length)
            Add(values[summarized], hashes[summarized++], 1);
        Summary?.Add(hashes[summarized..]);
        Sample.Add(values, hashes, summarized);
    }

    internal void Merge(SampledValues<TSummary> other)
    {
        if (Summary is null && other.Summary is not null)
            StartSummary();
        if (Summary is not null)
        {
            if (other.Summary is not null)
                Summary.Merge(other.Summary);
            else
                other.Sample.SummarizeInto(Summary);
        }

        // Two complete samples fit beside each other before anything is dropped.
        Sample.Merge(other.Sample);
        if (Summary is null && !Sample.Complete)
            StartSummary();
    }

    /// <summary>Takes up what was written.</summary>
    /// <exception cref="JsonException">It was not written by this class.</exception>
    internal void Restore(IReadOnlyList<string> values, IReadOnlyList<long> counts, TSummary? summary)
    {
        if (values.Count != counts.Count || values.Count > capacity || (summary is not null && values.Count < capacity))
            throw new JsonException($"{values.Count} values with {counts.Count} counts are not a sample of {capacity}.");
        for (int i = 0; i < values.Count; i++)
        {
            if (counts[i] <= 0 || values[i] is null)
                throw new JsonException("A counted value has a count above 0.");
            byte[] value = JsonText.ToUtf8(values[i]);
            Sample.Add(value, StableHash.Of(value), counts[i]);
        }

        if (Sample.Count != values.Count)
            throw new JsonException("A value is counted twice.");
        if (summary is not null)
        {
            Sample.MarkIncomplete();
            Summary = summary;
        }
    }

    /// <param name="identity">A value as <see cref="ValueSample.Identity"/> gives it.</param>
    /// <param name="hash">Its <see cref="StableHash"/>.</param>
    /// <param name="count">How often.</param>
    internal void Add(ReadOnlySpan<byte> identity, ulong hash, long count)
    {
        Summary?.Add(hash, count);
        Sample.Add(identity, hash, count);
        if (Summary is null && !Sample.Complete)
            StartSummary();
    }

    private void StartSummary()
    {
        Summary = new TSummary();
        Sample.SummarizeInto(Summary);
    }
}
