namespace MlServerless.Pipelines.Monitoring.Reports;

/// <summary>A comparison with another reference than the training data.</summary>
/// <param name="Kind"><c>previousWindow</c> or <c>sameWeekday</c>.</param>
/// <param name="Window">The window that is compared with, of whatever champion.</param>
/// <param name="Drifted">Features that drift against it.</param>
public sealed record ReferenceComparison(string Kind, string Window, string Verdict, string Reason, long ReferenceRows, IReadOnlyList<string> Drifted);
