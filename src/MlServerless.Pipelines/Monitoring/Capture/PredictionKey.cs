using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using MlServerless.Pipelines.Ports;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Monitoring.Capture;

/// <summary>The app's key for prediction ids: 32 random bytes in table <c>monitoring</c>, row <c>@keys</c> / <c>predictions</c>, made by whoever needs it first.</summary>
public sealed class PredictionKey(IPipelineStorage storage, TimeProvider time, ILogger<PredictionKey> logger)
{
    private const string Partition = "@keys";
    private const string Name = "predictions";

    /// <summary>How soon storage is asked again after it failed.</summary>
    private static readonly TimeSpan RetryAge = TimeSpan.FromSeconds(5);

    private readonly ulong process = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private readonly ConcurrentDictionary<string, PredictionSigner> signers = new(StringComparer.Ordinal);
    private volatile byte[]? key;
    private ulong requests;
    private long failedAt;

    /// <summary>A number that no other request gets, in this process and with all likelihood in any other.</summary>
    internal ulong NextRequest() => process + Interlocked.Increment(ref requests);

    /// <param name="model">One that there is: its signer is kept.</param>
    /// <returns>Null while storage cannot be asked; predictions go without ids then.</returns>
    internal ValueTask<PredictionSigner?> TryGetAsync(string model, CancellationToken cancellationToken) =>
        signers.TryGetValue(model, out PredictionSigner? known) ? new ValueTask<PredictionSigner?>(known) : new ValueTask<PredictionSigner?>(TryReadAsync(model, cancellationToken));

    /// <summary>The signer of a model's ids; throws while storage cannot be asked.</summary>
    internal async Task<PredictionSigner> GetAsync(string model, CancellationToken cancellationToken) => new(await GetAsync(cancellationToken), model);

    private async Task<byte[]> GetAsync(CancellationToken cancellationToken)
    {
        while (key is null)
        {
            if (await storage.Monitoring.FindAsync(Partition, Name, cancellationToken) is { } row)
                key = Convert.FromBase64String(JsonSerializer.Deserialize(row.Json, PipelineJson.Default.String)!);
            else
                await storage.Monitoring.TryInsertAsync(new Row(Partition, Name, JsonSerializer.Serialize(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), PipelineJson.Default.String)), cancellationToken);
        }

        return key;
    }

    private async Task<PredictionSigner?> TryReadAsync(string model, CancellationToken cancellationToken)
    {
        long failed = Interlocked.Read(ref failedAt);
        if (failed != 0 && time.GetElapsedTime(failed) < RetryAge)
            return null;
        try
        {
            PredictionSigner signer = await GetAsync(model, cancellationToken);
            return signers.GetOrAdd(model, signer);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(exception, "The key of prediction ids cannot be read; predictions go without ids until it can");
            Interlocked.Exchange(ref failedAt, time.GetTimestamp());
            return null;
        }
    }
}
