using System.Diagnostics;
using System.Globalization;
using MlServerless.Soak.Load;

namespace MlServerless.Soak.Faults;

/// <summary>Every fault at every storage call of a run, one at a time.</summary>
internal sealed class FaultSoak : ISoak
{
    public string Name => "faults";

    public string Summary => "every fault at every storage call of a run (--kinds Busy,Cut --every 1 --first 1 --minutes 600, --app FOLDER)";

    public async Task<bool> RunAsync(string[] args)
    {
        FaultKind[] kinds = Enum.GetValues<FaultKind>();
        int every = 1, first = 1;
        double minutes = 600;
        string? app = null;
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            string value = args[i + 1];
            if (args[i] == "--kinds")
                kinds = [.. value.Split(',').Select(kind => Enum.Parse<FaultKind>(kind, ignoreCase: true))];
            else if (args[i] == "--every")
                every = int.Parse(value, CultureInfo.InvariantCulture);
            else if (args[i] == "--first")
                first = int.Parse(value, CultureInfo.InvariantCulture);
            else if (args[i] == "--minutes")
                minutes = double.Parse(value, CultureInfo.InvariantCulture);
            else if (args[i] == "--app")
                app = Path.GetFullPath(value);
            else
                throw new ArgumentException($"'{args[i]}' is no option of faults.");
        }

        string folder = Directory.CreateTempSubdirectory("mlserverless-faults-").FullName;
        try
        {
            await using FaultProxy proxy = await FaultProxy.StartAsync();
            app ??= await PublishAsync(Path.Combine(folder, "published"));
            await using LoadedHost host = await LoadedHost.StartAsync(FaultedApp.CopyWithProxy(app, proxy.Address, Path.Combine(folder, "app")));
            return await RunAsync(new FaultTrials(new FaultedApp(host.Client, host.Storage, host.MasterKey, proxy)), kinds, first, every, minutes);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> RunAsync(FaultTrials trials, FaultKind[] kinds, int first, int every, double minutes)
    {
        long begun = TimeProvider.System.GetTimestamp();
        IReadOnlyList<StorageCall> calls = await trials.CountAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A run makes {calls.Count} storage calls of {calls.Select(call => call.Name).Distinct().Count()} kinds."));
        var outcomes = new List<FaultOutcome>();
        bool outOfTime = false;
        foreach (FaultKind kind in kinds)
        {
            List<FaultOutcome> own = [];
            for (int call = first; call <= calls.Count && !outOfTime; call += every)
            {
                FaultOutcome outcome = await trials.RunAsync(new Fault(kind, call));
                own.Add(outcome);
                if (outcome.Wrong.Count > 0 || outcome.Failure is not null)
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind} at {call} ({outcome.Call?.Name ?? "not reached"}): {string.Join("; ", outcome.Wrong.Append(outcome.Failure is null ? null : "failed and mended: " + outcome.Failure).OfType<string>())}"));
                outOfTime = TimeProvider.System.GetElapsedTime(begun).TotalMinutes > minutes;
            }

            outcomes.AddRange(own);
            Tell(kind.ToString(), own);
        }

        Tell("all", outcomes);
        if (outOfTime)
            Console.WriteLine("The time was over before all was tried.");
        return outcomes.All(outcome => outcome.Wrong.Count == 0);
    }

    private static void Tell(string name, List<FaultOutcome> outcomes)
    {
        if (outcomes.Count == 0)
            return;
        double[] seconds = [.. outcomes.Select(outcome => outcome.Took.TotalSeconds).Order()];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-14} {outcomes.Count,4} runs, {outcomes.Count(outcome => outcome.Call is not null),4} struck, {outcomes.Count(outcome => outcome.Failure is not null),3} failed and mended, {outcomes.Count(outcome => outcome.Swept),3} swept, {outcomes.Count(outcome => outcome.Wrong.Count > 0),3} wrong; seconds {seconds[seconds.Length / 2]:0.0} median, {seconds[^1]:0.0} at most"));
    }

    private static async Task<string> PublishAsync(string folder)
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "MlServerless.sln")))
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("This is not below the repository: give the app's publish folder with --app.");
        using Process publish = Process.Start("dotnet", ["publish", Path.Combine(root, "src", "MlServerless.Functions"), "-c", "Release", "-o", folder, "-v", "q", "-nologo"]);
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? folder : throw new InvalidOperationException("The app could not be published.");
    }
}
