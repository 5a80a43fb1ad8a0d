namespace MlServerless.Pipelines.Specs;

/// <summary>How long the rows of a pipeline's data are kept. A version goes when every limit that is set lets it go, and never while a run works on it or an alias points to a model that was trained on it.</summary>
public sealed record RetentionSpec
{
    /// <summary>Versions younger than this many days stay; null for no such limit.</summary>
    public int? Days { get; init; }

    /// <summary>This many of the newest versions stay; null for no such limit.</summary>
    public int? Versions { get; init; }

    /// <summary>Whether the upload from which a version came is deleted with it.</summary>
    public bool DeleteUploads { get; init; }

    /// <summary>Whether anything is ever let go.</summary>
    public bool IsLimited => (Days ?? Versions) is not null;
}
