using MlServerless.Data;

namespace MlServerless.Pipelines.Comparisons;

/// <summary>The data of one run.</summary>
/// <param name="DataVersion">Null where the run ended before it had one.</param>
/// <param name="Train">Rows of the training part; null where the data were not prepared.</param>
/// <param name="Validation">Rows of the validation part.</param>
/// <param name="HoldOut">Rows of the hold-out.</param>
public sealed record DataSide(ContentHash? DataVersion, ContentHash? SchemaHash, long? Train, long? Validation, long? HoldOut);
