using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Tests.Support;

/// <summary>The real specs; something else happens right before one is read.</summary>
internal sealed class InterleavedSpecs(ISpecStore specs, Func<Task> before) : ISpecStore
{
    public async Task<StoredSpec?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await before();
        return await specs.FindAsync(name, cancellationToken);
    }

    public Task<string?> TryPutAsync(string name, ReadOnlyMemory<byte> json, string? ifMatch, CancellationToken cancellationToken) =>
        specs.TryPutAsync(name, json, ifMatch, cancellationToken);

    public IAsyncEnumerable<string> ListNamesAsync(CancellationToken cancellationToken) => specs.ListNamesAsync(cancellationToken);
}
