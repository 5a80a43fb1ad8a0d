namespace MlServerless.Functions.Security;

/// <summary>What a caller may do. A role holds no other: whoever operates and also reads has both.</summary>
public enum ApiRole
{
    /// <summary>See specs, runs, data versions, models, reports and alerts.</summary>
    Read,

    /// <summary>Ask models for predictions.</summary>
    Predict,

    /// <summary>Write specs, start runs, erase rows, change which model is champion.</summary>
    Operate,
}
