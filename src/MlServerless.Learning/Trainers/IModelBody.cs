using System.Text.Json;
using MlServerless.Learning.Explanations;
using MlServerless.Learning.Onnx;
using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning.Trainers;

/// <summary>What a trainer found, without preprocessing and description.</summary>
internal interface IModelBody
{
    /// <summary>Writes one JSON value from which the body can be read again, every double to the bit.</summary>
    void Write(Utf8JsonWriter writer);

    /// <summary>Checks every index and number against the slots that the body will be given, and the number of outputs.</summary>
    /// <exception cref="InvalidArtifactException">The body does not fit; the message says what.</exception>
    void Check(IReadOnlyList<Slot> slots, LearningTask task, int classes);

    /// <summary>Flattens the body for scoring.</summary>
    IPredictor Compile(IReadOnlyList<Slot> slots, LearningTask task, int classes);

    /// <summary>Flattens the body for explanations.</summary>
    IAttribution Attribute(IReadOnlyList<Slot> slots);

    /// <summary>What the splits of each slot reduced the loss by; null where a model has no splits.</summary>
    double[]? Gains(int slots);

    /// <summary>Adds the body to an ONNX graph.</summary>
    /// <returns>The value that holds the raw scores, [N, outputs] of doubles.</returns>
    /// <exception cref="OnnxExportException">The body is too large.</exception>
    string AddTo(OnnxSlots slots);
}
