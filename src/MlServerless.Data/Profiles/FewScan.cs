namespace MlServerless.Data;

/// <summary>Takes up a column while its values are few; see <see cref="FewValues"/>.</summary>
internal sealed class FewScan
{
    private const int KindCount = (int)FewKind.Ignored + 1;

    /// <summary>Up to so many numbers are added one by one: then they count as the many that follow.</summary>
    private const int Repeated = 2048;

    private readonly ColumnScan scan;
    private readonly Func<ReadOnlySpan<byte>, bool, FewValue> judge;
    private readonly FewValues values = new();

    internal FewScan(ColumnScan scan)
    {
        this.scan = scan;
        judge = Judge;
    }

    /// <inheritdoc cref="ColumnScan.Add"/>
    /// <returns>False, with nothing taken up, if the values are not few.</returns>
    internal bool TryAdd(TypedRowReader rows, int column, RowHashes rowHashes, ValueBatch found)
    {
        Span<ushort> places = found.Places(rows.Rows);
        if (!values.TryAdd(rows, column, rowHashes, judge, places))
            return false;
        if (rows.Batch.RowsMayLackColumns)
            TakeAbsent(rows, column, places);
        TakeExamples(rows, column, places);
        return true;
    }

    /// <summary>Tells the column what its values came to.</summary>
    /// <param name="moments">To make sums with where more values follow; null at the end.</param>
    internal void Finish(MomentBuckets? moments)
    {
        long[] totals = new long[KindCount];
        long sum = 0;
        for (int place = 0; place < values.Count; place++)
        {
            long count = values.CountAt(place);
            sum += count;
            if (count > 0)
                Tell(values.At(place), count, totals);
        }

        AddNumbers(moments is not null && sum <= Repeated ? moments : null);
        for (int kind = 0; kind < KindCount; kind++)
        {
            if (scan.TallyOf((FewKind)kind) is { } tally)
                tally.AddWithoutExamples(totals[kind] - tally.Count);
        }
    }

    private void Tell(FewValue value, long count, long[] totals)
    {
        totals[(int)value.Kind] += count;
        if (value.Kind is FewKind.Missing or FewKind.Ignored)
            return;
        if (value.Kind == FewKind.DateTime)
            scan.Times.Add(value.Number, count);
        scan.Values.Add(value.Text, value.Hash, count);
        var length = new LengthRun();
        length.Add(count, value.Characters, value.Characters, value.Characters * count);
        scan.Lengths.Add(length);
    }

    private void AddNumbers(MomentBuckets? moments)
    {
        Span<double> repeated = stackalloc double[moments is null ? 0 : Repeated];
        int length = 0;
        for (int place = 0; place < values.Count; place++)
        {
            FewValue value = values.At(place);
            long count = values.CountAt(place);
            if (count == 0 || value.Kind is not (FewKind.Integer or FewKind.Number or FewKind.Boolean))
                continue;
            if (moments is null)
            {
                scan.Numbers.Add(value.Number, count);
                continue;
            }

            repeated.Slice(length, (int)count).Fill(value.Number);
            length += (int)count;
        }

        if (moments is not null)
            scan.Numbers.Add(repeated[..length], moments);
    }

    private static FewValue MakeValue(ReadOnlySpan<byte> text, bool ascii, FewKind kind, double number)
    {
        var length = new LengthRun();
        length.Add(text, ascii);
        return new FewValue(text.ToArray(), StableHash.Of(text), kind, number, length.Sum);
    }

    private FewValue Judge(ReadOnlySpan<byte> text, bool ascii)
    {
        ReadOnlySpan<byte> trimmed = ValueParser.Trim(text);
        double number = 0;
        FewKind kind;
        if (ValueParser.IsMissingTrimmed(trimmed))
            kind = FewKind.Missing;
        else if (scan.Declared == ColumnType.Ignored)
            kind = FewKind.Ignored;
        else if (scan.Declared is not null)
            kind = scan.IsInDomain(text) ? FewKind.Declared : FewKind.OutsideDomain;
        else
            kind = ValueClassifier.TryClassify(trimmed, out ValueClass valueClass, out number) ? (FewKind)valueClass : FewKind.NonFinite;
        return MakeValue(text, ascii, kind, number);
    }

    private void TakeAbsent(TypedRowReader rows, int column, Span<ushort> places)
    {
        int absent = 0;
        for (int row = 0; row < places.Length; row++)
        {
            if (places[row] != 0 || !rows.Lacks(row, column))
                continue;
            values.TakeBackEmpty();
            places[row] = FewValues.None;
            absent++;
        }

        scan.AddAbsent(absent);
    }

    /// <summary>Shows the first rows of every kind; how many there are is told at the end.</summary>
    private void TakeExamples(TypedRowReader rows, int column, ReadOnlySpan<ushort> places)
    {
        uint wanted = 0;
        for (int kind = 0; values.Kinds >> kind != 0; kind++)
        {
            if ((values.Kinds >> kind & 1) != 0 && scan.TallyOf((FewKind)kind) is { Count: < Tally.MaxRows } tally && values.CountOf((FewKind)kind) > tally.Count)
                wanted |= 1u << kind;
        }

        for (int row = 0; wanted != 0 && row < places.Length; row++)
        {
            if (places[row] == FewValues.None)
                continue;
            FewKind kind = values.At(places[row]).Kind;
            if ((wanted >> (int)kind & 1) == 0)
                continue;
            Tally shown = scan.TallyOf(kind)!;
            if (kind == FewKind.Missing)
                shown.Add(rows.NumberOf(row));
            else
                shown.Add(rows.NumberOf(row), kind == FewKind.OutsideDomain ? rows.Text(row, column) : ValueParser.Trim(rows.Text(row, column)));
            if (shown.Count == Tally.MaxRows)
                wanted &= ~(1u << (int)kind);
        }
    }
}
