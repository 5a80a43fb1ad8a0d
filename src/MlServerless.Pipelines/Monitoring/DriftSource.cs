using MlServerless.Data;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>What was compared with the training data.</summary>
/// <param name="Kind"><c>predictions</c> or <c>dataVersion</c>.</param>
/// <param name="Windows">The windows of predictions, oldest first.</param>
/// <param name="OpenProcesses">Processes that did not close their sketch of an ended window: up to one interval of their predictions is missing.</param>
public sealed record DriftSource(string Kind, IReadOnlyList<string> Windows, IReadOnlyList<string> OpenProcesses, ContentHash? DataVersion);
