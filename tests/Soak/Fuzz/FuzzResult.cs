namespace MlServerless.Soak.Fuzz;

/// <param name="Inputs">How many were given.</param>
/// <param name="Slowest">Seconds of the slowest.</param>
/// <param name="MostBytes">Most bytes that the process allocated for one input, on all threads, to a few KiB.</param>
/// <param name="Faults">What went wrong, at most a few, each with its input.</param>
internal sealed record FuzzResult(string Name, int Inputs, double Slowest, long MostBytes, IReadOnlyList<string> Faults);
