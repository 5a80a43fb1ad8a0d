namespace MlServerless.Pipelines.Steps;

/// <param name="Candidates">The names of the spec's candidates, in its order.</param>
/// <param name="Parts">How many parts the upload or the chosen data version has, where it is known already; null when it must be ingested.</param>
/// <param name="IsOpaque">Whether the run ends with the data version.</param>
/// <param name="IsWindowed">Whether the run is trained on a window of uploads.</param>
/// <param name="IsCheckedOnly">Whether the run ends with the check: the spec's schedule trains later.</param>
/// <param name="IsVerification">Whether the run repeats another to be compared with it.</param>
public sealed record PinResult(IReadOnlyList<string> Candidates, int? Parts, bool IsWindowed = false, bool IsOpaque = false, bool IsCheckedOnly = false, bool IsVerification = false);
