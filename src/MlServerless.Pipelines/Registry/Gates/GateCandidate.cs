using MlServerless.Data;
using MlServerless.Learning.Evaluations;

namespace MlServerless.Pipelines.Registry;

/// <summary>What the gates are told of a candidate.</summary>
public sealed record GateCandidate
{
    public required EvaluationReport Evaluation { get; init; }

    public required long ModelBytes { get; init; }

    /// <summary>The 95th percentile of what a request of one row took; null where it was not measured.</summary>
    public double? LatencyMicroseconds { get; init; }

    /// <summary>What the spec's rules on rows came to, those that could be read.</summary>
    public IReadOnlyList<RuleCount> RowRules { get; init; } = [];

    /// <summary>Rule → why it could not be read.</summary>
    public IReadOnlyDictionary<string, string> RowRuleProblems { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
