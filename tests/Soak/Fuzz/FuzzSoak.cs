using System.Globalization;

namespace MlServerless.Soak.Fuzz;

/// <summary>Runs the fuzzer over everything and prints what it saw.</summary>
internal sealed class FuzzSoak : ISoak
{
    public string Name => "fuzz";

    public string Summary => "hostile input for every parser and every HTTP route (--seed, --inputs, --only)";

    private const int DefaultInputs = 100_000;
    private const ulong DefaultSeed = 20260101;

    public async Task<bool> RunAsync(string[] args)
    {
        ulong seed = DefaultSeed;
        int inputs = DefaultInputs;
        string only = "";
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            switch (args[i])
            {
                case "--seed":
                    seed = ulong.Parse(args[i + 1], CultureInfo.InvariantCulture);
                    break;
                case "--inputs":
                    inputs = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
                    break;
                case "--only":
                    only = args[i + 1];
                    break;
                default:
                    await Console.Error.WriteLineAsync($"'{args[i]}' is no option of fuzz.");
                    return false;
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, {inputs} inputs for each parser and route"));
        await using FuzzedApp app = await FuzzedApp.StartAsync();
        int faults = 0;
        foreach (FuzzTarget target in (await ParserTargets.AllAsync()).Concat(RouteTargets.All(app)).Where(target => target.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            FuzzResult result = await Fuzzer.RunAsync(target, seed, inputs);
            faults += result.Faults.Count;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(result.Faults.Count == 0 ? "ok   " : "FAULT")} {result.Name,-60} {result.Inputs,8} inputs, slowest {result.Slowest * 1000:F0} ms, most allocated {result.MostBytes / 1e6:F1} MB"));
            foreach (string fault in result.Faults)
                Console.WriteLine(fault);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{faults} fault(s); heap {GC.GetTotalMemory(forceFullCollection: true) / 1e6:F0} MB at the end, {Environment.WorkingSet / 1e6:F0} MB resident"));
        return faults == 0;
    }
}
