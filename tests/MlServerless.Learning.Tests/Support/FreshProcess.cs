using System.Diagnostics;

namespace MlServerless.Learning.Tests.Support;

/// <summary>Trains in a process of its own: this assembly, started as a program, prints one line "trainer task hash" per training.</summary>
internal static class FreshProcess
{
    public static async Task<int> Main()
    {
        foreach ((string trainer, LearningTask task) in Training.Kinds)
            Console.WriteLine($"{trainer} {task} {(await Training.ModelAsync(trainer, task)).Hash}");
        return 0;
    }

    /// <param name="settings">Environment variables of the runtime.</param>
    public static async Task<string[]> RunAsync(params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "exec", typeof(FreshProcess).Assembly.Location },
        };
        foreach ((string name, string value) in settings)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
