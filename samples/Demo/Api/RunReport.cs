namespace MlServerless.Demo.Api;

internal sealed record RunReport(bool Blocking, long Rows, long RejectedRows, IReadOnlyList<RunFinding>? Findings);
