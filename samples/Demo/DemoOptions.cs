using System.Globalization;

namespace MlServerless.Demo;

/// <param name="Keep">Go on serving after the job, until Ctrl-C.</param>
/// <param name="Port">The port to serve on; null takes a free one.</param>
/// <param name="DataDirectory">Where the storage emulator keeps its data; null takes a temporary folder that is deleted at the end.</param>
/// <param name="AppDirectory">A publish folder of the app; null has the DevHost publish it.</param>
internal sealed record DemoOptions(bool Keep, int? Port, string? DataDirectory, string? AppDirectory)
{
    public const string Usage =
        """
        Runs the main job: a CSV in a blob container becomes a served, watched model.

        dotnet run -c Release --project samples/Demo [-- OPTIONS]

          --keep        go on serving at the end, until Ctrl-C, and print curl lines to try
          --port N      serve on this port of 127.0.0.1 (default: a free one)
          --data DIR    keep the data in this folder (default: a temporary one, deleted at the end)
          --app DIR     use this publish folder of the app (default: publish it)
          --help        print this
        """;

    /// <returns>Null when help was asked for.</returns>
    /// <exception cref="DemoException">An argument is not known or lacks its value.</exception>
    public static DemoOptions? Parse(IReadOnlyList<string> args)
    {
        var options = new DemoOptions(false, null, null, null);
        for (int i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--help" or "-h":
                    return null;
                case "--keep":
                    options = options with { Keep = true };
                    break;
                case "--port":
                    options = options with { Port = ParsePort(Value(args, ref i)) };
                    break;
                case "--data":
                    options = options with { DataDirectory = Path.GetFullPath(Value(args, ref i)) };
                    break;
                case "--app":
                    options = options with { AppDirectory = Path.GetFullPath(Value(args, ref i)) };
                    break;
                default:
                    throw new DemoException($"Unknown argument '{args[i]}'.\n\n{Usage}");
            }
        }
        return options;
    }

    private static string Value(IReadOnlyList<string> args, ref int index) =>
        index + 1 < args.Count ? args[++index] : throw new DemoException($"{args[index]} needs a value.\n\n{Usage}");

    private static int ParsePort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= 65_535
            ? port
            : throw new DemoException($"--port takes a number from 1 to 65535, not '{text}'.");
}
