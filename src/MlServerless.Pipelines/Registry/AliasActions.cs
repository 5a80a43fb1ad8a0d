namespace MlServerless.Pipelines.Registry;

/// <summary>What moved an alias.</summary>
public static class AliasActions
{
    /// <summary>A run whose gates passed.</summary>
    public const string Promote = "promote";

    /// <summary>Somebody, back to a version that was champion before.</summary>
    public const string Rollback = "rollback";

    /// <summary>Somebody, to a version of their choice.</summary>
    public const string Set = "set";

    /// <summary>Somebody, who took the alias away.</summary>
    public const string Delete = "delete";
}
