namespace MlServerless.Pipelines;

/// <summary>Settings of the pipelines; configuration section <c>MlServerless</c>.</summary>
public sealed class PipelineOptions
{
    public const string Section = "MlServerless";

    /// <summary>How long one step may take before it is cancelled and tried again; well below the host's function time-out.</summary>
    public TimeSpan StepDeadline { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>How long a claimed run may wait for its orchestration to begin before the sweep starts it again.</summary>
    public TimeSpan ClaimDeadline { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How old an upload must be before the sweep takes its event for lost.</summary>
    public TimeSpan EventDeadline { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>After a step has killed the process twice: how long it waits. The Functions host stops for good at three deaths in half an hour.</summary>
    public TimeSpan DeathBackOff { get; set; } = TimeSpan.FromMinutes(31);

    /// <summary>Attempts at a run, and deaths in one step, before the run is given up as lost.</summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Threads that training and scoring may use; the result does not depend on it.</summary>
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Bytes that one step may take at the most. A step whose estimate is higher refuses its data with a clear error.</summary>
    public long MemoryBudget { get; set; } = 1_200_000_000;

    /// <summary>How long a request to storage may go without an answer before it is sent again; null for 20 s for rows and messages and 100 s for blobs.</summary>
    public TimeSpan? StorageTimeout { get; set; }

    /// <summary>Bytes after which a data part ends at the next row end.</summary>
    public int PartBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Bytes that a compressed upload may decode to at the most.</summary>
    public long MaxDecodedBytes { get; set; } = MlServerless.Data.DecodedUploadStream.DefaultMaxBytes;

    /// <summary>How long content that nothing names is kept: a run must have named what it stored by then.</summary>
    public TimeSpan StoreGrace { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How old the answer to "which version is champion" may be when a prediction is made.</summary>
    public TimeSpan AliasAge { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The model that <c>POST /invocations</c> asks, which names none; null where each call must be to a named model.</summary>
    public string? DefaultModel { get; set; }

    /// <summary>Whether refused predictions are told nothing but that, for endpoints that strangers may call.</summary>
    public bool GenericErrors { get; set; }

    /// <summary>Where alerts are posted as they open and end; null for nowhere.</summary>
    public Uri? AlertWebhook { get; set; }

    /// <summary>Models kept in memory.</summary>
    public int ModelsInMemory { get; set; } = 16;

    /// <summary>Bytes that they may take together; the one in use may be larger.</summary>
    public long ModelMemory { get; set; } = 400_000_000;

    /// <summary>Longest time between the first prediction of a quiet process and its place in the stored sketch; six times as long under load.</summary>
    public TimeSpan SketchInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a process logs how many HTTP calls it answered and how many failed, while there are any.</summary>
    public TimeSpan TrafficInterval { get; set; } = TimeSpan.FromMinutes(1);
}
