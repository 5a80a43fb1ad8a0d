namespace MlServerless.Pipelines.Specs;

/// <summary>A condition of a team's own, in the language of <see cref="MlServerless.Data.RowRule"/>.</summary>
/// <param name="MaxFailingFraction">Of a rule on rows: the fraction of them that may break it.</param>
public sealed record GateRuleSpec(string Name, string Expression, double MaxFailingFraction = 0);
