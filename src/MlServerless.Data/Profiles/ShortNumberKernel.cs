using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlServerless.Data;

/// <summary>
/// The loops over one column of a batch in which most of the time of a scan goes. Small and apart, so that what they
/// use stays in registers; compiled at once, because a part is soon read.
/// </summary>
internal static class ShortNumberKernel
{
    /// <summary>What is not a short number of a row that is kept.</summary>
    internal const byte NotRead = byte.MaxValue;

    /// <summary>Reads the short numbers of a column.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="column">Which of their columns.</param>
    /// <param name="values">For every row the number; anything where there is none.</param>
    /// <param name="classes">For every row the <see cref="ValueClass"/>, or <see cref="NotRead"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Read(RowBatchReader batch, int column, Span<double> values, Span<byte> classes)
    {
        byte[] buffer = batch.Buffer;
        ReadOnlySpan<RowFault> faults = batch.Faults.AsSpan(0, batch.Rows);
        int stride = batch.Stride;
        int lastStart = buffer.Length - ShortNumber.Readable;
        ref Cell cells = ref MemoryMarshal.GetArrayDataReference(batch.Cells);
        ref byte bytes = ref MemoryMarshal.GetArrayDataReference(buffer);
        values = values[..faults.Length];
        classes = classes[..faults.Length];
        var number = new ShortNumber();
        for (int row = 0; row < faults.Length; row++)
        {
            classes[row] = NotRead;
            Cell cell = Unsafe.Add(ref cells, row * stride + column);
            if (faults[row] == RowFault.None && (uint)cell.Length <= ShortNumber.MaxLength && (uint)cell.Start <= (uint)lastStart
                && number.TryRead(ref Unsafe.Add(ref bytes, cell.Start), cell.Length, out values[row], out ValueClass valueClass))
                classes[row] = (byte)valueClass;
        }
    }

    /// <summary>Hashes the texts of the short numbers and moves the numbers together.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="column">Which of their columns.</param>
    /// <param name="classes">As <see cref="Read"/> left them.</param>
    /// <param name="values">As <see cref="Read"/> left them; then those that are quantities, one after the other.</param>
    /// <param name="texts">Room for a text and a hash of every row.</param>
    /// <param name="hashes">The hash of each text.</param>
    /// <returns>How many texts and how many numbers there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static (int Texts, int Numbers) Hash(RowBatchReader batch, int column, ReadOnlySpan<byte> classes, Span<double> values, Span<Cell> texts, Span<ulong> hashes)
    {
        ref Cell cells = ref MemoryMarshal.GetArrayDataReference(batch.Cells);
        ref byte bytes = ref MemoryMarshal.GetArrayDataReference(batch.Buffer);
        int stride = batch.Stride;
        values = values[..classes.Length];
        texts = texts[..classes.Length];
        hashes = hashes[..classes.Length];
        int read = 0;
        int numbers = 0;
        for (int row = 0; row < classes.Length; row++)
        {
            if (classes[row] == NotRead)
                continue;
            Cell cell = Unsafe.Add(ref cells, row * stride + column);
            texts[read] = cell;
            hashes[read++] = StableHash.OfShort(ref Unsafe.Add(ref bytes, cell.Start), cell.Length);
            values[numbers] = values[row];
            numbers += classes[row] == (byte)ValueClass.Code ? 0 : 1;
        }

        return (read, numbers);
    }

    /// <summary>The lengths of ASCII texts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static LengthRun Lengths(ReadOnlySpan<Cell> texts)
    {
        long sum = 0;
        int least = int.MaxValue;
        int most = 0;
        foreach (Cell text in texts)
        {
            sum += text.Length;
            least = Math.Min(least, text.Length);
            most = Math.Max(most, text.Length);
        }

        var lengths = new LengthRun();
        if (texts.Length > 0)
            lengths.Add(texts.Length, least, most, sum);
        return lengths;
    }
}
