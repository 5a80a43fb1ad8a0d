namespace MlServerless.Learning.Preprocessing;

/// <summary>How much the encoders of a training may keep apart.</summary>
/// <param name="Vocabulary">Values of a category with a bucket of their own at most.</param>
/// <param name="TextDimensions">N-grams of a text with a slot of their own that the trainer can use at most.</param>
/// <param name="Text">What the spec says of texts.</param>
internal sealed record EncoderLimits(int Vocabulary, int TextDimensions, TextOptions Text);
