using System.Globalization;

namespace MlServerless.Benchmarks;

/// <summary>What the command line asks for.</summary>
/// <param name="Peer">Whether the peers run, too.</param>
/// <param name="Quick">A tenth of the data and fewer rounds: a look, not a result.</param>
/// <param name="Rounds">How often everything is run.</param>
internal sealed record BenchmarkOptions(bool Peer, bool Quick, int Rounds)
{
    /// <returns>Null where the arguments are not understood.</returns>
    internal static BenchmarkOptions? Parse(string[] args, out string? name)
    {
        name = args.FirstOrDefault();
        var options = new BenchmarkOptions(false, false, 0);
        for (int i = 1; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--peer":
                    options = options with { Peer = true };
                    break;
                case "--quick":
                    options = options with { Quick = true };
                    break;
                case "--rows" when i + 1 < args.Length && args[i + 1] is "100k" or "1m":
                    options = options with { Quick = args[++i] == "100k" };
                    break;
                case "--rounds" when i + 1 < args.Length && int.TryParse(args[++i], NumberStyles.None, CultureInfo.InvariantCulture, out int rounds) && rounds > 0:
                    options = options with { Rounds = rounds };
                    break;
                default:
                    return null;
            }
        }

        return options.Rounds > 0 ? options : options with { Rounds = options.Quick ? 3 : 5 };
    }

    internal static string Usage(IEnumerable<IBenchmark> benchmarks) => $"""
        dotnet run -c Release --project tests/Benchmarks -- <benchmark> [--peer] [--quick] [--rows 100k|1m] [--rounds N]

        {string.Join("\n", benchmarks.Select(benchmark => $"  {benchmark.Name,-10} {benchmark.Summary}"))}

          --peer     also run what a user would pick instead, in the same go
          --quick    100,000 rows and 3 rounds, for a fast look
          --rows     how many rows (1m)
          --rounds   how often everything is run (5); the minima count
        """;
}
