namespace MlServerless.Pipelines.Runs;

/// <summary>What the gates decided and why, one reason per gate.</summary>
public sealed record PromotionRecord(bool Promoted, IReadOnlyList<string> Reasons);
