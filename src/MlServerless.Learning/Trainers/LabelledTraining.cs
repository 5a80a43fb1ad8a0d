namespace MlServerless.Learning.Trainers;

/// <summary>Labelled rows and what the artifact says of them.</summary>
internal sealed record LabelledTraining(TrainingSet Set, ModelSignature Signature, TrainingRows Rows);
