namespace MlServerless.Data;

/// <summary>A <see cref="ColumnSketch"/> as JSON.</summary>
internal sealed record ColumnSketchDocument(string Name, ColumnType Type, long Missing, HistogramDocument? Numbers = null, CategoryDocument? Categories = null);
