using MlServerless.Data;
using MlServerless.Pipelines.Catalog;

namespace MlServerless.Pipelines.Reports;

/// <summary>All that is known of a data version, in one document.</summary>
/// <param name="Pipeline">The pipeline by whose spec it was checked.</param>
/// <param name="DataVersion">What was checked; differs from the record's where a run is trained on a window of versions.</param>
/// <param name="Record">Where it came from.</param>
/// <param name="Report">What the check found.</param>
/// <param name="Schema">Null where the file cannot be read as rows.</param>
/// <param name="Profile">Null where the file cannot be read as rows, or its figures went with erased rows.</param>
/// <param name="Previous">The version before it that may be trained on.</param>
public sealed record DataReport(string Pipeline, ContentHash DataVersion, DataVersionRecord Record, CheckReport Report, DataSchema? Schema, DataProfile? Profile, PreviousData? Previous);
