namespace MlServerless.Pipelines.Comparisons;

/// <summary>One stage of both runs.</summary>
/// <param name="Part">The candidate, where there is one.</param>
/// <param name="In"><c>both</c>, <c>a</c> or <c>b</c>: which of them came to it.</param>
/// <param name="Same">Whether it gave the same bytes.</param>
/// <param name="Inputs">What it took that differs.</param>
/// <param name="Outputs">What it gave that differs.</param>
public sealed record StageDifference(string Stage, string? Part, string In, bool Same, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs);
