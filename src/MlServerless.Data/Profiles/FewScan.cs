namespace MlServerless.Data;

/// <summary>Takes up a column while its values are few; see <see cref="FewValues"/>.</summary>
internal sealed class FewScan
{
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
    internal void Finish()
    {
        long[] totals = new long[Enum.GetValues<FewKind>().Length];
        foreach ((FewValue value, long count) in values.Counted())
        {
            totals[(int)value.Kind] += count;
            switch (value.Kind)
            {
                case FewKind.Missing or FewKind.Ignored:
                    continue;
                case FewKind.Integer or FewKind.Number or FewKind.Boolean:
                    scan.Numbers.Add(value.Number, count);
                    break;
                case FewKind.DateTime:
                    scan.Times.Add(value.Number, count);
                    break;
            }

            scan.Values.Add(value.Text, count);
            var length = new LengthRun();
            length.Add(count, value.Characters, value.Characters, value.Characters * count);
            scan.Lengths.Add(length);
        }

        for (int kind = 0; kind < totals.Length; kind++)
        {
            if (scan.TallyOf((FewKind)kind) is { } tally)
                tally.AddWithoutExamples(totals[kind] - tally.Count);
        }
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
            if ((values.Kinds >> kind & 1) != 0 && scan.TallyOf((FewKind)kind) is { Count: < Tally.MaxRows })
                wanted |= 1u << kind;
        }

        for (int row = 0; wanted != 0 && row < places.Length; row++)
        {
            if (places[row] == FewValues.None)
                continue;
            FewKind kind = values.KindAt(places[row]);
            if ((wanted >> (int)kind & 1) == 0)
                continue;
            Tally tally = scan.TallyOf(kind)!;
            if (kind == FewKind.Missing)
                tally.Add(rows.NumberOf(row));
            else
                tally.Add(rows.NumberOf(row), kind == FewKind.OutsideDomain ? rows.Text(row, column) : ValueParser.Trim(rows.Text(row, column)));
            if (tally.Count == Tally.MaxRows)
                wanted &= ~(1u << (int)kind);
        }
    }
}
