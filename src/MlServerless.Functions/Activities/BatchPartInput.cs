using MlServerless.Pipelines.Batches;

namespace MlServerless.Functions.Activities;

/// <param name="Part">0-based.</param>
public sealed record BatchPartInput(BatchRef Batch, int Part);
