namespace MlServerless.Data;

/// <summary>Collects the values of one column.</summary>
internal abstract class ColumnBuilder
{
    /// <param name="rows">Stands on a batch.</param>
    /// <param name="chosen">Rows of the batch.</param>
    /// <param name="index">The column's position in the file.</param>
    internal abstract void Add(TypedRowReader rows, ReadOnlySpan<int> chosen, int index);

    /// <summary>Adds rows whose file lacks the column.</summary>
    internal abstract void AddMissing(int count);

    /// <summary>The values of several builders of this column, one after the other.</summary>
    /// <param name="builders">This one and those of the rows behind it.</param>
    internal abstract Column Build(IReadOnlyList<ColumnBuilder> builders);
}
