namespace MlServerless.Data;

/// <summary>Where the text of one field lies in the buffer of its batch.</summary>
internal readonly record struct Cell(int Start, int Length);
