namespace MlServerless.Pipelines.Registry.Canaries;

/// <summary>What is to be done with a canary.</summary>
public static class CanaryVerdicts
{
    /// <summary>It has not baked, or has answered too few calls.</summary>
    public const string Baking = "baking";

    /// <summary>It has baked and may become champion.</summary>
    public const string Passed = "passed";

    /// <summary>It does worse than the champion.</summary>
    public const string Failed = "failed";
}
