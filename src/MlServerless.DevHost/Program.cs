using System.Runtime.InteropServices;
using MlServerless.DevHost.Azurite;
using MlServerless.DevHost.Hosting;
using MlServerless.DevHost.Http;

DevHostOptions options;
try
{
    options = CommandLine.Parse(args);
}
catch (ArgumentException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return ExitCode.BadArguments;
}

if (options.Help)
{
    Console.WriteLine(CommandLine.Usage);
    return ExitCode.Stopped;
}

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

async Task StopWithStandardInputAsync()
{
    await using var input = Console.OpenStandardInput();
    await input.CopyToAsync(Stream.Null);
    stop.Cancel();
}

if (options.StopWithStandardInput)
    _ = Task.Run(StopWithStandardInputAsync);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
using var logs = LoggerFactory.Create(logging => logging
    .SetMinimumLevel(LogLevel.Information)
    .AddFilter("Microsoft", LogLevel.Warning)
    .AddFilter("Yarp", LogLevel.None)
    .AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error)
    .AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.TimestampFormat = "HH:mm:ss.fff ";
        console.UseUtcTimestamp = true;
    }));
try
{
    using var data = DataFolder.Open(options.DataFolder);
    var folder = options.AppFolder ?? await AppPublisher.PublishAsync(data.Path, Console.WriteLine, stop.Token);
    await using var runtime = await DevHostRuntime.StartAsync(options, AppDefinition.Load(folder), data, logs, stop.Token);
    using var told = stop.Token.Register(runtime.BeginStop);
    StartupReport.Write(Console.Out, runtime);
    var stopped = Task.Delay(Timeout.Infinite, stop.Token);
    if (await Task.WhenAny(runtime.Ended, stopped) == stopped)
        return ExitCode.Stopped;
    await Console.Error.WriteLineAsync(await runtime.Ended);
    return ExitCode.AppGaveUp;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return ExitCode.Stopped;
}
catch (AppConfigurationException e)
{
    await Console.Error.WriteLineAsync($"The app cannot be served as it is configured:{Environment.NewLine}{e.Message}");
    return ExitCode.BadConfiguration;
}
catch (Exception e) when (e is StartupException or AzuriteException or InvalidDataException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return ExitCode.CannotStart;
}
