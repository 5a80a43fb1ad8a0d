using Microsoft.AspNetCore.Builder;

namespace MlServerless.Worker;

/// <summary>A built function app.</summary>
public sealed class FunctionsHost : IAsyncDisposable
{
    private readonly WebApplication app;

    internal FunctionsHost(WebApplication app, Type[] functionClasses)
    {
        this.app = app;
        FunctionClasses = functionClasses;
    }

    internal IReadOnlyList<Type> FunctionClasses { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>
    /// Serves until the process is asked to stop. Returns the exit code, which <c>Main</c> must return: 200 after a clean shutdown (the host
    /// never restarts a handler that exits with 0), 1 when the app could not start; the reason is logged.
    /// </summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken = default)
    {
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        return 200;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
