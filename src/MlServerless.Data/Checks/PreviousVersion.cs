namespace MlServerless.Data;

/// <summary>What is known of the data version before.</summary>
/// <param name="Profile">Its figures.</param>
/// <param name="Sketch">Its distributions, by <see cref="TableSketch.Of(PartScan, DataSchema)"/>; null where they are not kept.</param>
public sealed record PreviousVersion(DataProfile Profile, TableSketch? Sketch = null);
