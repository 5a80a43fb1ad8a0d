namespace MlServerless.Pipelines.Runs;

/// <summary>Where the repetition of a run differs from the run.</summary>
/// <param name="What">The input or output, or the stored content.</param>
/// <param name="Expected">What the manifest names.</param>
/// <param name="Found">What is there now.</param>
public sealed record VerificationDifference(string Stage, string? Part, string What, string? Expected, string? Found, string Message);
