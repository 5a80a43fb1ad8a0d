using System.Text.Json;

namespace MlServerless.Pipelines.Cards;

/// <summary>How a model was trained.</summary>
/// <param name="Seed">As text, for it may be larger than a double holds.</param>
/// <param name="Rows">Rows that it was fitted to.</param>
/// <param name="ValidationRows">Rows that chose it.</param>
/// <param name="ModelBytes">Size of the artifact.</param>
public sealed record CardTraining(string Trainer, int AlgorithmVersion, IReadOnlyDictionary<string, JsonElement> Parameters, string Seed, long Rows, long ValidationRows, long ModelBytes);
