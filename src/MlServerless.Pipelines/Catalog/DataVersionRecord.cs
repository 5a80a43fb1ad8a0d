using MlServerless.Data;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Pipelines.Catalog;

/// <summary>One arrival of a data version in a pipeline, with the upload it came from.</summary>
public sealed record DataVersionRecord
{
    public required ContentHash Id { get; init; }

    /// <summary>Place in the pipeline's serial order (<see cref="DataOrder"/>).</summary>
    public required string Order { get; init; }

    public required RunSource Source { get; init; }

    public required string RunId { get; init; }

    public required long Bytes { get; init; }

    public required int Parts { get; init; }

    /// <summary>What an opaque file is and the hash of its bytes; null for files with rows.</summary>
    public OpaqueContent? Opaque { get; init; }

    /// <summary>Null until a run has checked it; opaque files are not checked.</summary>
    public DataCheckRecord? Check { get; init; }

    /// <summary>The versions that this one stands for since rows were erased from them, the latest last.</summary>
    public IReadOnlyList<ContentHash> Replaces { get; init; } = [];

    /// <summary>For a window of uploads the stored <see cref="WindowComposition"/>, which says what it holds; null for an upload's own version.</summary>
    public ContentHash? Composition { get; init; }

    /// <summary>Null while its rows are kept.</summary>
    public DataRemoval? Removed { get; init; }
}
