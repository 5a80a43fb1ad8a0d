namespace MlServerless.Pipelines.Registry;

/// <summary>A place where a promotion log is not what was written.</summary>
/// <param name="Sequence">The entry; 0 for the log as a whole.</param>
/// <param name="Code"><c>missing-entry</c>, <c>broken-chain</c>, <c>wrong-head</c>, <c>other-anchor</c>, <c>truncated</c>, <c>alias-without-entry</c> or <c>unreadable</c>.</param>
/// <param name="Fields">The fields of the entry that differ from the anchored one, where that can be read.</param>
public sealed record ChainFault(long Sequence, string Code, string Message, IReadOnlyList<string>? Fields = null);
