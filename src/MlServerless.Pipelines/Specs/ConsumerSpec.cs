namespace MlServerless.Pipelines.Specs;

/// <summary>Somebody who relies on the pipeline's model; alerts name them.</summary>
/// <param name="Contact">How to reach them; null where the name says it.</param>
public sealed record ConsumerSpec(string Name, string? Contact = null);
