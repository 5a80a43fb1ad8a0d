namespace MlServerless.Data;

/// <summary>
/// Reads the rows of one part in batches: where every field lies in a buffer, and which rows are not what the format
/// promises. Memory is bounded whatever the bytes: a row longer than <see cref="MaxRowBytes"/> is passed over and reported.
/// </summary>
internal abstract class RowBatchReader
{
    internal const int MaxRowBytes = 8 << 20;

    private protected RowBatchReader(IReadOnlyList<string> columnNames, int rowCapacity, byte[] buffer)
    {
        ColumnNames = columnNames;
        Stride = columnNames.Count;
        RowCapacity = rowCapacity;
        Buffer = buffer;
        Cells = new Cell[rowCapacity * Stride];
        Faults = new RowFault[rowCapacity];
        FieldCounts = new int[rowCapacity];
        Extents = new RowExtent[rowCapacity];
    }

    /// <summary>The columns that have been seen; where the format does not tell them in advance, a batch may bring more.</summary>
    internal IReadOnlyList<string> ColumnNames { get; }

    /// <summary>How far the cells of one row are from those of the next.</summary>
    internal int Stride { get; private protected set; }

    /// <summary>How many rows a batch has at the most; never grows.</summary>
    internal int RowCapacity { get; private protected set; }

    /// <summary>How many rows the batch has.</summary>
    internal int Rows { get; private protected set; }

    /// <summary>How many data rows came before this batch.</summary>
    internal long RowsBefore { get; private protected set; }

    /// <summary>The bytes that <see cref="Cells"/> point into.</summary>
    internal byte[] Buffer { get; private protected set; }

    /// <summary>Row by row, <see cref="Stride"/> each; unset for rows with a fault.</summary>
    internal Cell[] Cells { get; private protected set; }

    internal RowFault[] Faults { get; }

    /// <summary>How many fields each row really has.</summary>
    internal int[] FieldCounts { get; }

    /// <summary>Where each row lies; unset for one that was passed over.</summary>
    internal RowExtent[] Extents { get; }

    /// <summary>How many bytes are in <see cref="Buffer"/>: the last ones that were read of the part.</summary>
    internal abstract int BufferedBytes { get; }

    /// <summary>Whether all bytes of the batch are ASCII, so that lengths in bytes are lengths in characters.</summary>
    internal bool IsAscii { get; private protected set; }

    /// <summary>Whether rows may lack columns; the cell of one that does is <see langword="default"/>.</summary>
    internal virtual bool RowsMayLackColumns => false;

    /// <summary>Whether the reading ended because there are more than <see cref="DataFormat.MaxColumns"/> columns.</summary>
    internal virtual bool HasTooManyColumns => false;

    /// <summary>Reads the next batch; what the last one showed is gone then.</summary>
    /// <returns>False at the end of the part.</returns>
    internal abstract bool Read(CancellationToken cancellationToken);
}
