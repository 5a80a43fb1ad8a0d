namespace MlServerless.DevHost.Configuration;

/// <summary>Which keys open an HTTP function.</summary>
internal enum AuthorizationLevel
{
    /// <summary>None is needed.</summary>
    Anonymous,

    /// <summary>A key of the function, of the host, or the master key.</summary>
    Function,

    /// <summary>The master key alone.</summary>
    Admin,
}
