using MlServerless.Data;

namespace MlServerless.Pipelines.Reports;

/// <summary>One of the versions that are compared.</summary>
/// <param name="Upload">The blob it came from; of a window of uploads the newest.</param>
/// <param name="Schema">By which it was read; null where the check was of something else than this version, such as the window that it is the newest upload of.</param>
/// <param name="Profile">Null for the same reason, or because its figures went with erased rows.</param>
public sealed record DiffSide(ContentHash DataVersion, string Upload, DataSchema? Schema, DataProfile? Profile);
