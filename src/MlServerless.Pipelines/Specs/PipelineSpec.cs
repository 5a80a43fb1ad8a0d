using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Registry.Canaries;

namespace MlServerless.Pipelines.Specs;

/// <summary>What a pipeline does with its data: the parsed form of <c>pipelines/{name}.json</c>, defaults filled in.</summary>
public sealed record PipelineSpec
{
    public string? Description { get; init; }

    public required LearningTask Task { get; init; }

    /// <summary>The column to predict.</summary>
    public required string Label { get; init; }

    /// <summary>Binary tasks: the label value whose probability is predicted; null takes the last of the two in ordinal order.</summary>
    public string? PositiveClass { get; init; }

    /// <summary>Columns that identify a row and keep it in the same part of the split in every version; never features.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>The delimiter of the CSV files; null detects it.</summary>
    public char? Delimiter { get; init; }

    public DataSpec Data { get; init; } = new();

    /// <summary>Columns whose type or limits are declared; the others are inferred.</summary>
    public IReadOnlyDictionary<string, ColumnSchema> Columns { get; init; } = new Dictionary<string, ColumnSchema>(StringComparer.Ordinal);

    public FeatureSelection Features { get; init; } = new();

    public TextOptions Text { get; init; } = TextOptions.Default;

    public SplitSpec Split { get; init; } = new();

    public required IReadOnlyList<CandidateSpec> Candidates { get; init; }

    /// <summary>The metric that chooses among candidates (on the validation part) and that <see cref="GateSpec.MinGain"/> compares (on the hold-out).</summary>
    public required string Metric { get; init; }

    /// <summary>What the model is for; null where nobody said it.</summary>
    public ProblemSpec? Problem { get; init; }

    public EvaluationSpec Evaluation { get; init; } = new();

    public GateSpec Gates { get; init; } = new();

    public CheckSpec Checks { get; init; } = new();

    public MonitoringSpec Monitoring { get; init; } = new();

    /// <summary>How a version that passes the gates is tried on a part of the calls first; null where it becomes champion at once.</summary>
    public CanarySettings? Canary { get; init; }

    public RetentionSpec Retention { get; init; } = new();

    /// <summary>What is promised of the data; null where nothing is.</summary>
    public SourceSpec? Source { get; init; }

    /// <summary>Who relies on the model.</summary>
    public IReadOnlyList<ConsumerSpec> Consumers { get; init; } = [];

    /// <summary>What its runs are for unless they say otherwise.</summary>
    public Registry.ModelMode Mode { get; init; }

    /// <summary>When it trains by itself; null where on every upload.</summary>
    public ScheduleSpec? Schedule { get; init; }

    /// <summary>The seed of everything random in training.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Whether its files have no rows: they become data versions, and all that is about rows and models is empty.</summary>
    public bool IsOpaque => Data.Format == FileFormat.Opaque;

    public bool IsClassification => Task != LearningTask.Regression;
}
