using System.Text.Json;
using MlServerless.DevHost.Azurite;

namespace MlServerless.DevHost.Hosting;

/// <summary>The storage account that the app uses: the configured one, or an emulator that this host starts and stops.</summary>
internal sealed class StorageAccount : IAsyncDisposable
{
    private readonly AzuriteServer? _azurite;

    private StorageAccount(string connectionString, AzuriteServer? azurite)
    {
        ConnectionString = connectionString;
        _azurite = azurite;
    }

    public string ConnectionString { get; }

    public bool IsOwn => _azurite is not null;

    /// <summary>Ends when the emulator ends by itself.</summary>
    public Task Ended => _azurite?.Completion ?? Task.Delay(Timeout.Infinite);

    /// <exception cref="StartupException">Storage is configured in a way that cannot be used here.</exception>
    /// <exception cref="AzuriteException">The emulator cannot be installed or started.</exception>
    public static async Task<StorageAccount> OpenAsync(AppSettings settings, string dataFolder, Action<string> progress, CancellationToken cancellationToken)
    {
        if (settings.Get("AzureWebJobsStorage") is { } configured)
            return new(configured, null);
        if (settings.Get("AzureWebJobsStorage__queueServiceUri") is not null || settings.Get("AzureWebJobsStorage__accountName") is not null)
        {
            throw new StartupException(
                "AzureWebJobsStorage is configured by identity (AzureWebJobsStorage__…). Give a connection string in AzureWebJobsStorage, or unset both to have the storage emulator started.");
        }

        var file = Path.Combine(dataFolder, "azurite-ports.json");
        var ports = ReadPorts(file);
        var options = new AzuriteOptions { DataDirectory = Path.Combine(dataFolder, "azurite"), OnProgress = progress };
        AzuriteServer azurite;
        try
        {
            // The same ports again: the addresses of blobs are part of what the app has stored.
            azurite = await AzuriteServer.StartAsync(options with { BlobPort = ports[0], QueuePort = ports[1], TablePort = ports[2] }, cancellationToken);
        }
        catch (AzuriteException e) when (ports[0] != 0 && e.Message.Contains("is taken", StringComparison.Ordinal))
        {
            progress($"{e.Message} Taking free ports now; addresses of blobs change by that.");
            azurite = await AzuriteServer.StartAsync(options, cancellationToken);
        }

        await File.WriteAllBytesAsync(
            file, JsonSerializer.SerializeToUtf8Bytes(new[] { azurite.BlobEndpoint.Port, azurite.QueueEndpoint.Port, azurite.TableEndpoint.Port }), cancellationToken);
        return new(azurite.ConnectionString, azurite);
    }

    public ValueTask DisposeAsync() => _azurite?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static int[] ReadPorts(string file)
    {
        try
        {
            return File.Exists(file) && JsonSerializer.Deserialize<int[]>(File.ReadAllBytes(file)) is { Length: 3 } ports ? ports : [0, 0, 0];
        }
        catch (JsonException)
        {
            return [0, 0, 0];
        }
    }
}
