using MlServerless.Pipelines.Batches;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Functions.Activities;

public sealed record BatchFailInput(BatchRef Batch, RunError Error);
