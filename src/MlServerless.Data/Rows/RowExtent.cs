namespace MlServerless.Data;

/// <summary>Where the text of one row lies in the buffer of its batch, without the line break.</summary>
internal readonly record struct RowExtent(int Start, int End);
