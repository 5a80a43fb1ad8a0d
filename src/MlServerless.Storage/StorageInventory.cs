using Azure;
using MlServerless.Storage.Tables;

namespace MlServerless.Storage;

/// <summary>The containers, tables and queues that the pipelines need: makes those that are missing, and says which are.</summary>
internal sealed class StorageInventory(StorageClients clients, StorageNames names)
{
    private readonly Lazy<StorageClients> probes = new(clients.Impatient);
    private volatile bool allSeen;

    /// <summary>One after the other: beside the first requests, it must not be a crowd that they wait behind.</summary>
    public async Task EnsureCreatedAsync(CancellationToken cancellationToken)
    {
        foreach (string name in names.Tables)
            await QuietlyAsync(clients.Table(name).CreateIfNotExistsAsync(cancellationToken)).ConfigureAwait(false);
        foreach (string name in names.Containers)
            await QuietlyAsync(clients.Container(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        foreach (string name in names.Queues)
            await QuietlyAsync(clients.Queue(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Looks at everything until all of it was seen once, and from then on at one place in each service.</summary>
    /// <exception cref="StorageNotReadyException">Something is missing, or refused, or nothing answers.</exception>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        int count = allSeen ? 1 : int.MaxValue;
        RequestFailure?[] failures = await Task.WhenAll(
        [
            .. names.Containers.Take(count).Select(name => TryAsync($"container '{name}'", probes.Value.Container(name).GetPropertiesAsync(cancellationToken: cancellationToken), cancellationToken)),
            .. names.Tables.Take(count).Select(name => TryAsync($"table '{name}'", ReadOneAsync(probes.Value.Table(name), cancellationToken), cancellationToken)),
            .. names.Queues.Take(count).Select(name => TryAsync($"queue '{name}'", probes.Value.Queue(name).GetPropertiesAsync(cancellationToken), cancellationToken)),
        ]).ConfigureAwait(false);
        RequestFailure[] failed = [.. failures.OfType<RequestFailure>()];
        allSeen = failed.Length == 0;
        if (failed.Length > 0)
        {
            throw new StorageNotReadyException(
                "The storage account is not ready: " + string.Join(" ", failed.GroupBy(failure => failure.Mend).Select(group => $"{string.Join(", ", group.Select(failure => failure.Place))}: {group.Key}")),
                failed[0].Cause);
        }
    }

    private static async Task QuietlyAsync(Task create)
    {
        try
        {
            await create.ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 403)
        {
            // 409: somebody else makes it now. 403: this identity may use things but not make them; then the deployment made it, or PingAsync says that it is missing.
        }
    }

    private static async Task<RequestFailure?> TryAsync(string place, Task look, CancellationToken cancellationToken)
    {
        try
        {
            await look.ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or Azure.Identity.AuthenticationFailedException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new RequestFailure(place, MendOf(e), e);
        }
    }

    private static string MendOf(Exception e) => e switch
    {
        RequestFailedException { Status: 404 } => "missing. Create it, or let the deployment do so.",
        RequestFailedException { Status: 403 } => "refused. Give this app's identity the roles Storage Blob Data Owner, Storage Queue Data Contributor and Storage Table Data Contributor on the account.",
        RequestFailedException { Status: > 0 } failed => $"answered {failed.Status} {failed.ErrorCode}.",
        Azure.Identity.AuthenticationFailedException => "no token. Check AzureWebJobsStorage__credential and __clientId against the identity of this app.",
        _ => "no answer. Check the address in AzureWebJobsStorage, the network, and that the emulator runs if it is one.",
    };

    private static async Task ReadOneAsync(TableClient table, CancellationToken cancellationToken)
    {
        await foreach (Page<TableEntity> _ in table.QueryAsync<TableEntity>(maxPerPage: 1, select: ["PartitionKey"], cancellationToken: cancellationToken).AsPages().ConfigureAwait(false))
        {
            return;
        }
    }

    private sealed record RequestFailure(string Place, string Mend, Exception Cause);
}
