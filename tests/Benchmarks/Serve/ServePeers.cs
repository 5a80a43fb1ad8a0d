using System.Diagnostics;
using System.Globalization;
using MlServerless.Benchmarks.Running;

namespace MlServerless.Benchmarks.Serve;

/// <summary>What a user would serve with instead.</summary>
internal static class ServePeers
{
    private static readonly Dictionary<string, string> Fast = new() { ["fastapi"] = "python3-fastapi", ["uvicorn"] = "python3-uvicorn" };

    /// <summary>A bare server of the same framework that parses the request and answers a constant: what is left for a model.</summary>
    internal static async Task<ServerCommand> ConstantAsync(string folder)
    {
        string project = Path.Combine(folder, "constant");
        Directory.CreateDirectory(project);
        File.Copy(Peers.Script("constant/Program.cs.txt"), Path.Combine(project, "Program.cs"), overwrite: true);
        File.Copy(Peers.Script("constant/constant.csproj.txt"), Path.Combine(project, "constant.csproj"), overwrite: true);
        string output = Path.Combine(project, "out");
        var start = new ProcessStartInfo("dotnet", ["publish", project, "-c", "Release", "-r", "linux-x64", "--self-contained", "-p:PublishReadyToRun=true", "-o", output, "-v", "q", "-nologo"]) { WorkingDirectory = project, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new BenchmarkException($"The constant server cannot be built:\n{said}");
        return new ServerCommand("ASP.NET Core, constant", Path.Combine(output, "constant"), output, _ => [], port => new Dictionary<string, string> { ["URLS"] = $"http://127.0.0.1:{port}" });
    }

    /// <param name="kind"><c>xgboost</c> or <c>sklearn</c>.</param>
    /// <param name="module">The Python module it needs.</param>
    /// <param name="package">Its Debian package.</param>
    /// <returns>Null where it is not installed; how to install it is printed.</returns>
    internal static async Task<ServerCommand?> FastApiAsync(string kind, string module, string package, string trainFile, string folder)
    {
        if (!Peers.AreInstalled($"FastAPI with {kind}", new Dictionary<string, string>(Fast) { [module] = package, ["pandas"] = "python3-pandas" }))
            return null;
        string model = Path.Combine(folder, kind == "xgboost" ? "xgboost.json" : "sklearn.joblib");
        await ProcessRun.StartAsync(Peers.Python, [Peers.Script($"serve_{kind}_fit.py"), trainFile, model], Peers.Environment);
        return new ServerCommand(
            $"FastAPI, {kind}",
            Peers.Python,
            Path.GetDirectoryName(Peers.Script("post.lua"))!,
            port => ["-m", "uvicorn", "--host", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--log-level", "error", "--no-access-log", "--workers", kind == "xgboost" ? "2" : "1", $"serve_{kind}:app"],
            _ => new Dictionary<string, string> { ["MODEL"] = model, ["OMP_NUM_THREADS"] = "1", ["PYTHONDONTWRITEBYTECODE"] = "1" });
    }
}
