namespace MlServerless.Data;

/// <summary>Lengths of texts in Unicode characters (code points).</summary>
internal sealed class LengthScan
{
    internal long Count { get; private set; }

    internal long Min { get; private set; } = long.MaxValue;

    internal long Max { get; private set; }

    internal long Sum { get; private set; }

    internal double Mean => Count == 0 ? 0 : Sum / (double)Count;

    internal void Add(LengthRun run)
    {
        Count += run.Count;
        Sum += run.Sum;
        Min = Math.Min(Min, run.Min);
        Max = Math.Max(Max, run.Max);
    }

    internal void Merge(LengthScan other)
    {
        Count += other.Count;
        Sum += other.Sum;
        Min = Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
    }

    internal LengthDocument? ToDocument() => Count == 0 ? null : new LengthDocument(Count, Min, Max, Sum);

    internal static LengthScan Read(LengthDocument? document) => document is null
        ? new LengthScan()
        : new LengthScan { Count = document.Count, Min = document.Min, Max = document.Max, Sum = document.Sum };
}
