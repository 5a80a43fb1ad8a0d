using MlServerless.Data;

namespace MlServerless.Pipelines.Cards;

/// <summary>What a model was made from.</summary>
/// <param name="Upload">The file.</param>
/// <param name="Uploads">How many files the window of the run held.</param>
/// <param name="Rows">Null where it was not checked.</param>
/// <param name="Findings">Findings of its check.</param>
public sealed record CardData(ContentHash DataVersion, string Upload, DateTimeOffset LastModified, int Uploads, long? Rows, long? RejectedRows, int Findings);
