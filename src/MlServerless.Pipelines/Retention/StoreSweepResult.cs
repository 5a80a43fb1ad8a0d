namespace MlServerless.Pipelines.Retention;

/// <summary>What a sweep of the store found.</summary>
/// <param name="Kept">Contents that something names.</param>
/// <param name="Waiting">Contents that nothing names, too young to be deleted: a run may be about to name them.</param>
/// <param name="Deleted">Contents that were deleted.</param>
public sealed record StoreSweepResult(long Kept, long KeptBytes, long Waiting, long WaitingBytes, long Deleted, long DeletedBytes);
