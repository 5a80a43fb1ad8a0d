using MlServerless.Pipelines.Monitoring.Capture.Rows;

namespace MlServerless.Pipelines.Registry;

/// <summary>What serving a model goes by.</summary>
public sealed record ServingState(ModelAlias? Champion, ModelAlias? Canary, CaptureSettings? Capture);
