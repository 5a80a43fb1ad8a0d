namespace MlServerless.Data;

/// <summary>What a comparison, or one feature of it, comes to.</summary>
public static class DriftVerdicts
{
    public const string Ok = "ok";

    /// <summary>Significant, and on the way to a band.</summary>
    public const string Watch = "watch";

    public const string Drift = "drift";

    public const string InsufficientData = "insufficient data";
}
