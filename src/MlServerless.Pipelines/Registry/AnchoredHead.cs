using MlServerless.Data;

namespace MlServerless.Pipelines.Registry;

/// <summary>The head of a promotion log as it was written to where it cannot be changed.</summary>
public sealed record AnchoredHead(long Sequence, ContentHash Hash);
