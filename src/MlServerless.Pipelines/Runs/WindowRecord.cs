using MlServerless.Data;

namespace MlServerless.Pipelines.Runs;

/// <summary>The window of uploads that a run is trained on.</summary>
/// <param name="Window">As the spec writes it.</param>
/// <param name="Attempt">The attempt that composed it.</param>
/// <param name="DataVersion">The version of all its files.</param>
/// <param name="Composition">The stored <see cref="Catalog.WindowComposition"/>: which uploads it holds.</param>
/// <param name="Uploads">How many.</param>
/// <param name="UploadParts">How many of the last parts are those of the run's own upload.</param>
public sealed record WindowRecord(string Window, int Attempt, ContentHash DataVersion, ContentHash Composition, int Uploads, int UploadParts);
