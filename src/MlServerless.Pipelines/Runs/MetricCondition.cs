namespace MlServerless.Pipelines.Runs;

/// <summary>A condition on a metric.</summary>
/// <param name="Sign"><c>&gt;</c>, <c>&gt;=</c>, <c>&lt;</c> or <c>&lt;=</c>.</param>
public sealed record MetricCondition(string Metric, string Sign, double Value)
{
    public bool Holds(double metric) => Sign switch
    {
        ">" => metric > Value,
        ">=" => metric >= Value,
        "<" => metric < Value,
        _ => metric <= Value,
    };
}
