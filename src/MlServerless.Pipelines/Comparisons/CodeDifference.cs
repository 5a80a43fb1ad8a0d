namespace MlServerless.Pipelines.Comparisons;

/// <summary>The code that ran.</summary>
/// <param name="Same">Whether nothing of it differs.</param>
/// <param name="Changes">
/// <c>app</c> (its version), <c>build</c> (digest of the code that makes results), <c>host</c>, <c>runtime</c>, <c>architecture</c>, and <c>trainer NAME</c> where
/// the models' trainers are one, in other versions of the algorithm.
/// </param>
public sealed record CodeDifference(bool Same, IReadOnlyList<NamedChange> Changes);
