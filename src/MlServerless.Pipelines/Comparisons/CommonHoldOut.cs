using MlServerless.Data;

namespace MlServerless.Pipelines.Comparisons;

/// <summary>The rows on which two models were scored to compare them: neither was fitted to them or chosen on them.</summary>
/// <param name="Of">The run whose hold-out it is; null where there is none that serves both.</param>
/// <param name="Threshold">The probability from which a row counts as predicted positive; null for other than binary tasks.</param>
/// <param name="Problem">Why there is none.</param>
public sealed record CommonHoldOut(string? Of, ContentHash? Hash, long Rows, double? Confidence, double? Threshold, string? Problem)
{
    public static CommonHoldOut None(string problem) => new(null, null, 0, null, null, problem);
}
