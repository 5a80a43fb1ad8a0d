namespace MlServerless.Data;

/// <summary>What is known of the data version before.</summary>
/// <param name="Profile">Its figures.</param>
/// <param name="Sketch">Its distributions, by <see cref="TableSketch.Of(PartScan, DataSchema)"/>; null where they are not kept.</param>
/// <param name="Report">What its check found; null where that is not kept.</param>
/// <param name="Id">Which version it is.</param>
public sealed record PreviousVersion(DataProfile Profile, TableSketch? Sketch = null, CheckReport? Report = null, ContentHash Id = default);
