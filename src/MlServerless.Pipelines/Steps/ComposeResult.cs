using MlServerless.Data;

namespace MlServerless.Pipelines.Steps;

/// <param name="Scans">One for every part of the window before those of the run's own upload: the stored scan, or null where the part must be scanned.</param>
public sealed record ComposeResult(IReadOnlyList<ContentHash?> Scans);
