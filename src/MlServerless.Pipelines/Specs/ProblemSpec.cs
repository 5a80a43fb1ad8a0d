using MlServerless.Learning.Evaluations;

namespace MlServerless.Pipelines.Specs;

/// <summary>What the model is for and who answers for it, in the words of its owner; the model card shows it.</summary>
public sealed record ProblemSpec
{
    /// <summary>Who decides what with the predictions.</summary>
    public string? IntendedUse { get; init; }

    /// <summary>What it must not be used for.</summary>
    public string? NotFor { get; init; }

    /// <summary>What the label means and when it is known.</summary>
    public string? Target { get; init; }

    /// <summary>What errors lead to.</summary>
    public ErrorCostSpec? CostOfErrors { get; init; }

    /// <summary>What is known not to work.</summary>
    public string? Limits { get; init; }

    public string? Owner { get; init; }

    /// <summary>Who may approve a promotion.</summary>
    public string? Approver { get; init; }

    public string? Contact { get; init; }

    /// <summary>The costs as figures; null where they are not given as such.</summary>
    public ErrorCosts? Costs => CostOfErrors is { FalsePositive: { } positive, FalseNegative: { } negative } ? new ErrorCosts(positive, negative) : null;
}
