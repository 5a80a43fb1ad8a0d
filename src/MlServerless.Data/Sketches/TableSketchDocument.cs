namespace MlServerless.Data;

/// <summary>A <see cref="TableSketch"/> as JSON.</summary>
internal sealed record TableSketchDocument(IReadOnlyList<ColumnSketchDocument> Columns);
