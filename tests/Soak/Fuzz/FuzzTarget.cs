namespace MlServerless.Soak.Fuzz;

/// <summary>Something that takes bytes from strangers.</summary>
/// <param name="Seeds">Good inputs, from which hostile ones are made.</param>
/// <param name="TryAsync">Gives it an input. Null when it behaved, else what it did wrong.</param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Seeds, Func<byte[], FuzzRandom, Task<string?>> TryAsync);
