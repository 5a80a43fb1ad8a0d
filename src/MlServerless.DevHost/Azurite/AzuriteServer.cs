using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MlServerless.DevHost.Azurite;

/// <summary>A running storage emulator (Azurite): the blob, queue and table service of one account on 127.0.0.1.</summary>
/// <remarks>It ends with the process that started it, also when that is killed.</remarks>
public sealed partial class AzuriteServer : IAsyncDisposable
{
    /// <summary>The account that every emulator has.</summary>
    public const string AccountName = "devstoreaccount1";

    /// <summary>Its key: published by Microsoft and the same everywhere, hence no secret.</summary>
    public const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly Process process;
    private readonly AzuriteDataFolder? data;
    private bool stopped;

    private AzuriteServer(Process process, AzuriteDataFolder? data, AzuriteOutput output)
    {
        this.process = process;
        this.data = data;
        BlobEndpoint = output.Endpoint("Blob");
        QueueEndpoint = output.Endpoint("Queue");
        TableEndpoint = output.Endpoint("Table");
        Completion = process.WaitForExitAsync();
    }

    /// <summary>With the account in its path, without a slash at the end.</summary>
    public Uri BlobEndpoint { get; }

    public Uri QueueEndpoint { get; }

    public Uri TableEndpoint { get; }

    /// <summary>What clients and <c>AzureWebJobsStorage</c> need, with all endpoints spelled out.</summary>
    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={AccountName};AccountKey={AccountKey};BlobEndpoint={BlobEndpoint};QueueEndpoint={QueueEndpoint};TableEndpoint={TableEndpoint};";

    /// <summary>The id of the emulator's process.</summary>
    public int ProcessId => process.Id;

    /// <summary>Ends when the emulator ends, by <see cref="DisposeAsync"/> or by itself.</summary>
    public Task Completion { get; }

    /// <summary>Installs the emulator if need be, starts it and waits until its three services listen.</summary>
    /// <exception cref="AzuriteException">It could not be installed or started.</exception>
    public static async Task<AzuriteServer> StartAsync(AzuriteOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        await NodeRuntime.RequireAsync(cancellationToken).ConfigureAwait(false);
        string main = await AzuritePackage.EnsureAsync(options.OnProgress, cancellationToken).ConfigureAwait(false);
        AzuriteDataFolder? data = options.DataDirectory is null
            ? null
            : await AzuriteDataFolder.OpenAsync(options.DataDirectory, cancellationToken).ConfigureAwait(false);
        Process? process = null;
        try
        {
            process = NodeRuntime.Start(StartInfo(options, main, data));
            var output = new AzuriteOutput(process);
            await WaitUntilListeningAsync(process, output, options.StartTimeout, cancellationToken).ConfigureAwait(false);
            return new AzuriteServer(process, data, output);
        }
        catch
        {
            if (process is not null)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
                process.Dispose();
            }

            data?.Dispose();
            throw;
        }
    }

    /// <summary>Stops the emulator after it has written its data; kills it when it does not end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stopped)
        {
            return;
        }

        stopped = true;
        process.StandardInput.Close();
        using var timeout = new CancellationTokenSource(StopTimeout);
        try
        {
            await Completion.WaitAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await Completion.ConfigureAwait(false);
        }

        process.Dispose();
        data?.Dispose();
    }

    private static ProcessStartInfo StartInfo(AzuriteOptions options, string main, AzuriteDataFolder? data)
    {
        static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

        string[] place = data is null ? ["--inMemoryPersistence"] : ["--location", data.Path];
        return new ProcessStartInfo("node",
        [
            Path.Combine(AzuritePackage.Source, "azurite-host.cjs"), main, data?.PidFile ?? "-",
            "--blobPort", Text(options.BlobPort), "--queuePort", Text(options.QueuePort), "--tablePort", Text(options.TablePort),
            // The client libraries may be newer than the emulator's list of API versions.
            "--skipApiVersionCheck", "--silent", "--disableTelemetry", .. place,
        ])
        {
            WorkingDirectory = AzuritePackage.CacheRoot,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    private static async Task WaitUntilListeningAsync(Process process, AzuriteOutput output, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await output.Ready.WaitAsync(limit, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new AzuriteException($"Azurite did not listen within {limit.TotalSeconds:0} s. It said:{Environment.NewLine}{output.Text}");
        }

        if (!output.Listening)
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            throw new AzuriteException(PortTaken().Match(output.Text) is { Success: true } taken
                ? $"Port {taken.Groups[1].Value} is taken by another program. Stop that program, or choose another port for the storage emulator (0 takes a free one)."
                : $"Azurite ended with exit code {process.ExitCode} before it listened. It said:{Environment.NewLine}{output.Text}");
        }
    }

    [GeneratedRegex(@"EADDRINUSE[^\r\n]*:(\d+)")]
    private static partial Regex PortTaken();
}
