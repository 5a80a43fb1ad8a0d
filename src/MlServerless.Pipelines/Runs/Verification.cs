namespace MlServerless.Pipelines.Runs;

/// <summary>What came of repeating a run.</summary>
/// <param name="Verdict"><c>identical</c>: every stage gave the same bytes; <c>different</c>; <c>damaged</c>: stored content was changed; <c>missing</c>: stored content is no longer kept.</param>
/// <param name="Stages">How many stages were compared.</param>
/// <param name="Difference">The first stage that differs, and how; null where nothing does.</param>
public sealed record Verification(string Verdict, int Stages, VerificationDifference? Difference)
{
    public const string Identical = "identical";
    public const string Different = "different";
    public const string Damaged = "damaged";
    public const string Missing = "missing";
}
