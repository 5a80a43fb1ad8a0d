using MlServerless.Data;

namespace MlServerless.Pipelines.Steps;

/// <summary>A data version made ready for training: three column files and what they were made from.</summary>
/// <param name="Classes">How many values the label has in the training part; 1 for a regression.</param>
/// <param name="Sketch">The features of all rows as a <see cref="TableSketch"/>, to compare the data version with others.</param>
public sealed record PreparedData(ContentHash DataVersion, ContentHash SchemaHash, IReadOnlyList<string> Features, int Classes, ContentHash Sketch, PreparedPart Train, PreparedPart Validation, PreparedPart HoldOut);
