using System.Text.Json.Serialization;
using MlServerless.Data;
using MlServerless.Pipelines.Registry;

namespace MlServerless.Pipelines.Runs;

/// <summary>Everything known about one run.</summary>
public sealed record RunRecord
{
    public required string Id { get; init; }

    public required string Pipeline { get; init; }

    public required RunStatus Status { get; init; }

    /// <summary>What started it: <c>upload</c>, <c>request</c>, <c>schedule</c>, <c>experiment</c>, <c>verify</c> or <c>sweep</c>.</summary>
    public required string Trigger { get; init; }

    public int Attempt { get; init; } = 1;

    /// <summary>The attempt whose orchestration was told to start; 0 for none.</summary>
    public int StartedAttempt { get; init; }

    public required DateTimeOffset ClaimedAt { get; init; }

    /// <summary>When a step last showed that the run is alive.</summary>
    public required DateTimeOffset Stamp { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The upload that brought the data; null when it was started on a data version, whose own record names the upload.</summary>
    public RunSource? Source { get; init; }

    /// <summary>Place of the run's data in the pipeline's serial order; promotions happen in this order.</summary>
    public required string DataOrder { get; init; }

    /// <summary>The data version that was chosen for the run; it is used as it is, without ingest or window.</summary>
    public ContentHash? RequestedDataVersion { get; init; }

    /// <summary>What it is for; null until its spec is pinned, where the request did not say.</summary>
    public ModelMode? Mode { get; init; }

    /// <summary>Whether what earlier runs have made is not to be used.</summary>
    public bool Fresh { get; init; }

    /// <summary>The run that this one repeats to compare.</summary>
    public string? Verifies { get; init; }

    /// <summary>What came of the comparison.</summary>
    public Verification? Verification { get; init; }

    public CancellationRecord? Cancellation { get; init; }

    /// <summary>Whether somebody agreed; null where nobody was asked.</summary>
    public ApprovalRecord? Approval { get; init; }

    public string? Stage { get; init; }

    public IReadOnlyList<StageRecord> Stages { get; init; } = [];

    public IReadOnlyList<OpenStep> OpenSteps { get; init; } = [];

    /// <summary>Step → fraction done, for steps that take long.</summary>
    public IReadOnlyDictionary<string, double> Progress { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>The version of this app that runs it.</summary>
    public string? CodeVersion { get; init; }

    /// <summary>The version of the Functions host it runs under, as the host states it.</summary>
    public string? HostVersion { get; init; }

    public ContentHash? SpecHash { get; init; }

    /// <summary>The version of the run's own upload, or of the upload that was the newest when it was requested; null for a run on a chosen data version.</summary>
    public ContentHash? UploadVersion { get; init; }

    /// <summary>What it is trained on: its upload, a window of uploads, or the chosen version.</summary>
    public ContentHash? DataVersion { get; init; }

    /// <summary>Null where the data are one upload or a chosen version.</summary>
    public WindowRecord? Window { get; init; }

    public ContentHash? SchemaHash { get; init; }

    public ContentHash? ProfileHash { get; init; }

    /// <summary>The distributions of the data's columns.</summary>
    public ContentHash? SketchHash { get; init; }

    public ContentHash? ReportHash { get; init; }

    public ContentHash? PreparedHash { get; init; }

    public IReadOnlyList<CandidateRecord> Candidates { get; init; } = [];

    public string? Chosen { get; init; }

    public HoldOutRecord? HoldOut { get; init; }

    public ModelRef? Model { get; init; }

    public PromotionRecord? Promotion { get; init; }

    /// <summary>What its stages took and gave, by hash.</summary>
    public IReadOnlyList<StageTrace> Traces { get; init; } = [];

    /// <summary>The stored <see cref="RunManifest"/>; null until the run has ended.</summary>
    public ContentHash? ManifestHash { get; init; }

    public RunError? Error { get; init; }

    public bool HasEnded => Status is not (RunStatus.Claimed or RunStatus.Running);

    /// <summary>Whether it stands beside the production runs: these do not wait for it, and it changes nothing of theirs.</summary>
    [JsonIgnore]
    public bool IsAside => Mode is ModelMode.Experiment or ModelMode.Verification;

    public RunRef Ref => new(Pipeline, Id, Attempt);
}
