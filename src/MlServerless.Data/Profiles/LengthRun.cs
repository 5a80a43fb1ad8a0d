namespace MlServerless.Data;

/// <summary>Lengths of the texts of one batch, kept in registers while it is read.</summary>
internal struct LengthRun()
{
    internal long Count;
    internal long Min = long.MaxValue;
    internal long Max;
    internal long Sum;

    internal void Add(ReadOnlySpan<byte> utf8, bool ascii)
    {
        long length = utf8.Length;
        if (!ascii)
        {
            foreach (byte unit in utf8)
            {
                if ((unit & 0xC0) == 0x80)
                    length--;
            }
        }

        Add(1, length, length, length);
    }

    /// <summary>Adds texts of which only this is known.</summary>
    internal void Add(long count, long least, long most, long sum)
    {
        Count += count;
        Sum += sum;
        Min = Math.Min(Min, least);
        Max = Math.Max(Max, most);
    }
}
