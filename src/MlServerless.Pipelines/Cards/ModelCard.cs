using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Learning.Evaluations;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Cards;

/// <summary>What a model version is, what it is for, how good it is and what is not known of it.</summary>
public sealed record ModelCard
{
    public required ModelVersion Version { get; init; }

    /// <summary>The names that point to it now.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public string? Description { get; init; }

    /// <summary>Null where the spec says nothing of it.</summary>
    public ProblemSpec? Problem { get; init; }

    public required string Label { get; init; }

    public IReadOnlyList<string> ClassLabels { get; init; } = [];

    public required CardTraining Training { get; init; }

    /// <summary>Null where its upload is no longer known.</summary>
    public CardData? Data { get; init; }

    /// <summary>Rows of the hold-out; null where the run is no longer known.</summary>
    public long? HoldOutRows { get; init; }

    /// <summary>On the hold-out; null where there was none, or where rows that it quotes were erased since.</summary>
    public EvaluationReport? Evaluation { get; init; }

    /// <summary>Against the champion at the time; null where there was none.</summary>
    public ChampionComparison? Champion { get; init; }

    /// <summary>Null where none was asked.</summary>
    public IReadOnlyList<GateResult>? Gates { get; init; }

    /// <summary>Whether its run made it champion.</summary>
    public bool Promoted { get; init; }

    public LatencyRecord? Latency { get; init; }

    /// <summary>How much each input moves the predictions; null in models of before there was any.</summary>
    public ModelImportance? Importance { get; init; }

    public IReadOnlyList<CardInput> Inputs { get; init; } = [];

    /// <summary>What its figures say nothing of, in sentences.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    public required CardLineage Lineage { get; init; }
}
