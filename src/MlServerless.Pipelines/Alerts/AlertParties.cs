using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Alerts;

/// <summary>Whom the alerts of a pipeline name.</summary>
public sealed record AlertParties(string? Owner, IReadOnlyList<ConsumerSpec> Consumers)
{
    public static readonly AlertParties None = new(null, []);

    public static AlertParties Of(PipelineSpec spec) => new(spec.Source?.Owner, spec.Consumers);
}
