using MlServerless.Data;

namespace MlServerless.Pipelines.Specs;

/// <summary>A condition on every row, as the spec has it (see <see cref="RowRule"/>).</summary>
/// <param name="MaxFailingFraction">The fraction of rows that may fail without a finding.</param>
public sealed record RuleSpec(string Name, string Expression, Severity Severity, double MaxFailingFraction);
