using System.Runtime.InteropServices;
using System.Text;
using MlServerless.Demo;
using MlServerless.Demo.Hosting;
using Spectre.Console;

Console.OutputEncoding = Encoding.UTF8;
using var cancel = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    // The process ends by itself once everything is stopped that it has started.
    signal.Cancel = true;
    cancel.Cancel();
}
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

// Spectre.Console goes by TERM alone; a file or a pipe gets plain lines that do not wrap.
IAnsiConsole console = Console.IsOutputRedirected
    ? AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No })
    : AnsiConsole.Console;
if (Console.IsOutputRedirected)
    console.Profile.Width = 160;

try
{
    if (DemoOptions.Parse(args) is not { } options)
    {
        console.WriteLine(DemoOptions.Usage);
        return 0;
    }
    using var folder = new DemoFolder(options.DataDirectory);
    try
    {
        await new MainJob(options, folder, console, TimeProvider.System).RunAsync(cancel.Token);
    }
    catch (DemoException error)
    {
        folder.Keep();
        throw new DemoException($"{error.Message}\nWhat the DevHost and the app have printed is in {folder.LogFile}", error);
    }
    return 0;
}
catch (DemoException error)
{
    console.WriteLine();
    Console.Error.WriteLine($"The demo failed: {error.Message}");
    return 1;
}
catch (OperationCanceledException) when (cancel.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped.");
    return 130;
}
