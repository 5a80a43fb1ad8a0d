using System.Diagnostics;
using System.Text;

namespace MlServerless.Soak.Fuzz;

/// <summary>Gives a target many inputs. The same seed gives the same inputs.</summary>
internal static class Fuzzer
{
    private const int MostFaults = 5;

    /// <summary>An input of at most 64 KiB that makes a parser, or the app behind a route, allocate more than this is an attack that works.</summary>
    private const long MostBytes = 256L << 20;

    public static async Task<FuzzResult> RunAsync(FuzzTarget target, ulong seed, int inputs)
    {
        var random = new FuzzRandom(seed ^ Hash(target.Name));
        var mutator = new Mutator(random, target.Seeds);
        var faults = new List<string>();
        double slowest = 0;
        long most = 0;
        int given = 0;
        while (given < inputs && faults.Count < MostFaults)
        {
            // The good ones first, as they are.
            byte[] input = given < target.Seeds.Count ? target.Seeds[given] : mutator.Next();
            given++;
            long begun = Stopwatch.GetTimestamp();
            long before = GC.GetTotalAllocatedBytes();
            string? fault = await target.TryAsync(input, random);
            slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(begun).TotalSeconds);
            long bytes = GC.GetTotalAllocatedBytes() - before;
            most = Math.Max(most, bytes);
            if (bytes > MostBytes)
                fault ??= $"allocated {bytes} bytes";

            if (fault is not null)
                faults.Add($"input {given}: {fault}\n  {Show(input)}");
        }

        return new FuzzResult(target.Name, given, slowest, most, faults);
    }

    private static string Show(byte[] input)
    {
        string text = Encoding.Latin1.GetString(input.AsSpan(0, Math.Min(300, input.Length)));
        return string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"\\x{(int)c:x2}")) + (input.Length > 300 ? $"… ({input.Length} bytes)" : "");
    }

    private static ulong Hash(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text)
            hash = (hash ^ c) * 1099511628211;
        return hash;
    }
}
