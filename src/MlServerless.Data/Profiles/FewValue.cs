namespace MlServerless.Data;

/// <summary>One of few values.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Hash">The <see cref="StableHash"/> of that.</param>
/// <param name="Kind">What it counts as.</param>
/// <param name="Number">The number or the time, as the kind says.</param>
/// <param name="Characters">The length of the text in Unicode characters.</param>
internal readonly record struct FewValue(byte[] Text, ulong Hash, FewKind Kind, double Number, long Characters);
