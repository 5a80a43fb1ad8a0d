using MlServerless.Pipelines.Monitoring.Capture;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>What all processes have stored of the current window of a model version.</summary>
public sealed record WindowTraffic(string Model, int Version, long Rows, int Processes, TrafficCounts Traffic);
