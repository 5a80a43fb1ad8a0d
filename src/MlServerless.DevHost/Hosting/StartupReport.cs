using MlServerless.DevHost.Http;

namespace MlServerless.DevHost.Hosting;

/// <summary>What is printed once everything runs; the demo and tests read these lines.</summary>
internal static class StartupReport
{
    public static void Write(TextWriter to, DevHostRuntime runtime)
    {
        var (app, keys) = (runtime.App, runtime.Keys);
        to.WriteLine($"Functions of {app.Folder}:");
        foreach (var function in app.Functions)
            to.WriteLine($"  {function.Name}: {Describe(app, function, runtime.Address)}");
        to.WriteLine($"Master key: {keys.Master}");
        to.WriteLine($"Host key: {keys.Host}");
        to.WriteLine($"System key: {keys.System}");
        foreach (var (function, key) in keys.Functions)
            to.WriteLine($"Function key {function}: {key}");
        to.WriteLine($"Storage{(runtime.Storage.IsOwn ? " (Azurite)" : "")}: {Redacted(runtime.Storage)}");
        to.WriteLine($"DevHost ready: {runtime.Address.ToString().TrimEnd('/')}");
        to.Flush();
    }

    private static string Describe(AppDefinition app, FunctionDefinition function, Uri address) => function.Kind switch
    {
        FunctionKind.Http => $"[{(function.Http!.Methods.Count == 0 ? "*" : string.Join(',', function.Http.Methods))}] "
            + $"{address}{HttpFunctionEndpoints.Template(app, function)} ({function.Http.Level.ToString().ToLowerInvariant()})",
        FunctionKind.Queue => $"queue {function.Queue!.QueueName}",
        FunctionKind.Timer => $"timer {function.Trigger.Text("schedule")}",
        FunctionKind.Orchestration => "orchestration",
        _ => "activity",
    };

    /// <summary>The emulator's key is public; that of another account is not shown.</summary>
    private static string Redacted(StorageAccount storage) => storage.IsOwn
        ? storage.ConnectionString
        : string.Join(';', storage.ConnectionString.Split(';').Select(part =>
            part.StartsWith("AccountKey=", StringComparison.OrdinalIgnoreCase) || part.StartsWith("SharedAccessSignature=", StringComparison.OrdinalIgnoreCase)
                ? part[..part.IndexOf('=', StringComparison.Ordinal)] + "=…"
                : part));
}
