namespace MlServerless.Pipelines.Ports;

/// <summary>The container <c>pipelines</c>: one <c>{name}.json</c> per pipeline.</summary>
public interface ISpecStore
{
    Task<StoredSpec?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Writes a spec. Without <paramref name="ifMatch"/> whatever is there is replaced; with it (an ETag without quotes, or <c>*</c> for "must exist") only that one.</summary>
    /// <returns>The new ETag without quotes, or null when the condition failed.</returns>
    Task<string?> TryPutAsync(string name, ReadOnlyMemory<byte> json, string? ifMatch, CancellationToken cancellationToken);

    IAsyncEnumerable<string> ListNamesAsync(CancellationToken cancellationToken);
}
