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

    /// <summary>Somebody, or a run, that lets a version answer a part of the calls.</summary>
    public const string Canary = "canary";

    /// <summary>The watch, which found a canary to do worse than the champion.</summary>
    public const string CanaryRollback = "canary-rollback";

    /// <summary>Somebody, who took the alias away.</summary>
    public const string Delete = "delete";
}
