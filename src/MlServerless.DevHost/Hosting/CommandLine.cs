using System.Globalization;

namespace MlServerless.DevHost.Hosting;

/// <summary>Reads the command line.</summary>
internal static class CommandLine
{
    public const string Usage = """
        Stands in for the Azure Functions host on a machine without it: serves a custom-handler app with HTTP, queue, timer and
        durable functions on 127.0.0.1.

        dotnet run -c Release --project src/MlServerless.DevHost -- [options]

          --app DIR                 publish folder of the app (default: publishes the repository's src/MlServerless.Functions)
          --port N                  port of the HTTP front end (default 7071; 0 = a free one)
          --data DIR                folder of everything that is kept: keys, task hub, storage (default .devhost)
          --profile 2.x|3.x         generation of host and durable extension to stand in for (default 3.x)
          --watch CONTAINER=QUEUE   send an event to QUEUE for each new blob in CONTAINER; may stand several times;
                                    "none" for no watch (default incoming=dataset-events)
          --max-restarts N          stop at the N-th error of the app within 30 minutes (default 3)
          --redelivery-delay TIME   wait before running again what a stop interrupted (default 00:00:00; Azure: about 00:05:00)
          --stop-with-stdin         stop when standard input ends, so that the program that started this one takes it along
          --help                    this text

        Settings come from the environment and from local.settings.json in the app folder. Without AzureWebJobsStorage the storage
        emulator Azurite is started, with its data under --data.

        Exit codes: 0 stopped, 1 unexpected error, 2 wrong arguments, 3 wrong app configuration, 4 cannot start (port taken,
        Node missing, publish failed, …), 5 the app failed too often.
        """;

    /// <exception cref="ArgumentException">An option is unknown, lacks its value or has a wrong one.</exception>
    public static DevHostOptions Parse(IReadOnlyList<string> args)
    {
        var options = new DevHostOptions();
        List<(string, string)>? watches = null;
        for (var i = 0; i < args.Count; i++)
        {
            var (name, inline) = args[i].Split('=', 2) is [var left, var right] && left.StartsWith("--", StringComparison.Ordinal)
                ? (left, right)
                : (args[i], null);
            if (name is "--help" or "-h" or "-?")
                return options with { Help = true };
            if (name is "--stop-with-stdin" && inline is null)
            {
                options = options with { StopWithStandardInput = true };
                continue;
            }

            if (name is not ("--app" or "--port" or "--data" or "--profile" or "--watch" or "--max-restarts" or "--redelivery-delay"))
                throw new ArgumentException($"Unknown option '{name}'. --help lists the options.");
            var value = inline ?? (i + 1 < args.Count ? args[++i] : throw new ArgumentException($"{name} needs a value. --help lists the options."));
            switch (name)
            {
                case "--app":
                    options = options with { AppFolder = value };
                    break;
                case "--data":
                    options = options with { DataFolder = value };
                    break;
                case "--port":
                    options = options with { Port = Integer(name, value, 0, 65535) };
                    break;
                case "--max-restarts":
                    options = options with { MaxRestarts = Integer(name, value, 1, int.MaxValue) };
                    break;
                case "--profile":
                    options = options with
                    {
                        Profile = value switch
                        {
                            "2.x" => HostProfile.Recorded,
                            "3.x" => HostProfile.Current,
                            _ => throw new ArgumentException($"--profile must be 2.x or 3.x, not '{value}'."),
                        },
                    };
                    break;
                case "--redelivery-delay":
                    options = options with
                    {
                        RedeliveryDelay = TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var delay) && delay >= TimeSpan.Zero
                            ? delay
                            : throw new ArgumentException($"--redelivery-delay must be a time such as 00:05:00, not '{value}'."),
                    };
                    break;
                case "--watch":
                    watches ??= [];
                    if (value != "none")
                        watches.Add(Watch(value));
                    break;
            }
        }

        return watches is null ? options : options with { Watches = watches };
    }

    private static int Integer(string name, string value, int min, int max) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new ArgumentException($"{name} must be a number from {min} to {max}, not '{value}'.");

    private static (string, string) Watch(string value) => value.Split('=') is [{ Length: > 0 } container, { Length: > 0 } queue]
        ? (container, queue)
        : throw new ArgumentException($"--watch must be CONTAINER=QUEUE, not '{value}'.");
}
