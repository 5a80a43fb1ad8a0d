namespace MlServerless.Pipelines.Serving.Rows;

/// <summary>Reads rows one after the other. What is wrong with one does not keep the next from being read.</summary>
internal abstract class RowsReader
{
    /// <summary>Passes over the next row.</summary>
    /// <returns>False at the end.</returns>
    public abstract bool Skip();

    /// <summary>Reads the next row as the next of the batch.</summary>
    /// <param name="errors">Gets what is wrong with it.</param>
    /// <returns>False at the end.</returns>
    public abstract bool Read(RowBatch batch, RowErrors errors);
}
