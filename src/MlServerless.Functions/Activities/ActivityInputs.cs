using MlServerless.Data;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Functions.Activities;

/// <param name="Part">0-based.</param>
/// <param name="OfWindow">Whether it is a part of the window, and not of the upload.</param>
public sealed record PartInput(RunRef Run, int Part, bool OfWindow = false);

/// <param name="Scans">The stored scans, in the order of the parts.</param>
public sealed record CheckInput(RunRef Run, IReadOnlyList<ContentHash> Scans);

/// <param name="Candidate">0-based index in the spec.</param>
public sealed record CandidateInput(RunRef Run, int Candidate, string Name);

/// <param name="Trained">In the order of the spec.</param>
public sealed record EvaluateInput(RunRef Run, IReadOnlyList<CandidateRecord> Trained);

public sealed record FailInput(RunRef Run, RunError Error);
