using System.Diagnostics;
using System.Globalization;

namespace MlServerless.DevHost.Hosting;

/// <summary>How the app's process is started: executable, arguments, folder and the environment that the real host gives.</summary>
internal sealed class HandlerLaunch
{
    private readonly AppDefinition _app;
    private readonly int _handlerPort;
    private readonly Func<int> _hostPort;
    private readonly string _storage;

    /// <param name="hostPort">Port of the front end, known once it listens.</param>
    public HandlerLaunch(AppDefinition app, int handlerPort, Func<int> hostPort, string storageConnectionString)
    {
        _app = app;
        _handlerPort = handlerPort;
        _hostPort = hostPort;
        _storage = storageConnectionString;
    }

    public ProcessStartInfo Create()
    {
        var handler = _app.Host.Handler;
        var start = new ProcessStartInfo(handler.ExecutablePath, handler.Arguments)
        {
            WorkingDirectory = handler.WorkingDirectory.Length == 0 ? _app.Folder : Path.GetFullPath(Path.Combine(_app.Folder, handler.WorkingDirectory)),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in Variables())
            start.Environment[name] = value;
        return start;
    }

    /// <summary>What the host adds to the environment that it inherits itself.</summary>
    internal Dictionary<string, string> Variables()
    {
        var port = _handlerPort.ToString(CultureInfo.InvariantCulture);
        var host = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_hostPort()}");
        var worker = Guid.NewGuid().ToString();
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in _app.Settings.Added)
            variables[name] = value;
        foreach (var (name, value) in new (string, string)[]
        {
            ("ASPNETCORE_SUPPRESSSTATUSMESSAGES", "true"),
            ("ASPNETCORE_URLS", "http://" + host),
            ("AzureFunctionsJobHost__Logging__Console__IsEnabled", "true"),
            ("AzureWebJobsScriptRoot", _app.Folder),
            ("AzureWebJobsSecretStorageType", "files"),
            ("AzureWebJobsStorage", _storage),
            ("FUNCTIONS_APP_ROOT_PATH", _app.Folder),
            ("FUNCTIONS_CUSTOMHANDLER_PORT", port),
            ("FUNCTIONS_CUSTOMHANDLER_WORKER_ID", worker),
            ("FUNCTIONS_EXTENSION_VERSION", "~4"),
            ("FUNCTIONS_HTTPWORKER_ID", worker),
            ("FUNCTIONS_HTTPWORKER_PORT", port),
            ("FUNCTIONS_WORKER_RUNTIME", "custom"),
            ("WEBSITE_HOSTNAME", host),
        })
        {
            variables[name] = value;
        }

        return variables;
    }
}
