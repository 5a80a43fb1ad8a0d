namespace MlServerless.EndToEnd.Support;

/// <summary>A DevHost that serves the app for the tests of one class or collection.</summary>
public abstract class DevHostFixture : IAsyncLifetime
{
    private readonly DevHostOptions options;

    private protected DevHostFixture(DevHostOptions options) => this.options = options;

    internal DevHostProcess Host { get; private set; } = null!;

    internal AppClient App { get; private set; } = null!;

    internal Account Account => new(Host.Address.Storage);

    public async Task InitializeAsync()
    {
        Host = await DevHostProcess.StartAsync(options);
        App = new AppClient(Host);
    }

    public async Task DisposeAsync()
    {
        App?.Dispose();
        if (Host is not null)
            await Host.DisposeAsync();
    }
}
