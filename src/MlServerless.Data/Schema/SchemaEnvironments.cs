namespace MlServerless.Data;

/// <summary>What one schema is used for: a column may be required in one environment and forbidden in another.</summary>
public static class SchemaEnvironments
{
    /// <summary>Files to train on.</summary>
    public const string Training = "training";

    /// <summary>Prediction requests.</summary>
    public const string Serving = "serving";

    public static IReadOnlyList<string> All { get; } = [Training, Serving];
}
