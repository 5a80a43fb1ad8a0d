using MlServerless.DevHost.Azurite;

namespace MlServerless.DevHost.Tests.EndToEnd;

/// <summary>One storage emulator for all tests of a class.</summary>
public sealed class StorageFixture : IAsyncLifetime
{
    private AzuriteServer? _azurite;

    public string ConnectionString => _azurite!.ConnectionString;

    public async Task InitializeAsync() => _azurite = await AzuriteServer.StartAsync(new AzuriteOptions(), CancellationToken.None);

    public Task DisposeAsync() => _azurite!.DisposeAsync().AsTask();
}
