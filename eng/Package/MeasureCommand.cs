using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;

namespace MlServerless.Package;

/// <summary>Unpacks the zip and starts what is in it, as the Functions host does, until it answers.</summary>
internal static class MeasureCommand
{
    private const int Starts = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(string zip)
    {
        Console.WriteLine((await MeasureAsync(zip)).ToString());
        return 0;
    }

    public static async Task<PackageFigures> MeasureAsync(string zip)
    {
        string folder = Directory.CreateTempSubdirectory("mlserverless-measure-").FullName;
        try
        {
            await ZipFile.ExtractToDirectoryAsync(zip, folder);
            long bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
            var starts = new List<(double Seconds, long Memory)>();
            for (int i = 0; i < Starts; i++)
                starts.Add(await StartAsync(folder));
            return new PackageFigures(new FileInfo(zip).Length, bytes, [.. starts.Select(start => start.Seconds).Order()], starts[^1].Memory);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(double Seconds, long Memory)> StartAsync(string folder)
    {
        int port = FreePort();
        var start = new ProcessStartInfo(Path.Combine(folder, "MlServerless.Functions")) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["FUNCTIONS_APP_ROOT_PATH"] = folder;
        start.Environment["AzureWebJobsStorage"] = "UseDevelopmentStorage=true";
        long begun = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        try
        {
            using var http = new HttpClient();
            var ready = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
            while (Stopwatch.GetElapsedTime(begun) < Limit && !process.HasExited)
            {
                try
                {
                    using HttpResponseMessage response = await http.GetAsync(ready);
                    double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
                    process.Refresh();
                    return (seconds, process.WorkingSet64);
                }
                catch (HttpRequestException)
                {
                    await Task.Delay(5);
                }
            }

            throw new InvalidOperationException("The app did not answer within 30 s.");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
