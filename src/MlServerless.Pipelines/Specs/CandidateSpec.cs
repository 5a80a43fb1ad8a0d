using System.Text.Json.Nodes;

namespace MlServerless.Pipelines.Specs;

/// <summary>One model to train and compare.</summary>
/// <param name="Trainer">One of <see cref="Learning.ModelTrainer.TrainerNames"/>.</param>
/// <param name="Parameters">The trainer's parameters; null takes its defaults.</param>
public sealed record CandidateSpec(string Name, string Trainer, JsonObject? Parameters);
