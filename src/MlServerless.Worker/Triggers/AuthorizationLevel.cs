namespace MlServerless.Worker;

/// <summary>Which key the Functions host demands before it lets an HTTP request through to the function.</summary>
public enum AuthorizationLevel
{
    /// <summary>No key.</summary>
    Anonymous,

    /// <summary>A key of the function or of the host.</summary>
    Function,

    /// <summary>The master key.</summary>
    Admin,
}
