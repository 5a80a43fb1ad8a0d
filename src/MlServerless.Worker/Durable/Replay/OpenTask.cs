using MlServerless.Worker.Invocation;

namespace MlServerless.Worker.Durable.Replay;

/// <summary>A task of the orchestrator that an event of the history will end.</summary>
internal abstract class OpenTask
{
    public abstract void Complete(string? resultJson);

    public abstract void Fail(Exception exception);
}

/// <inheritdoc/>
internal sealed class OpenTask<T>(JsonValues json) : OpenTask
{
    // Without asynchronous continuations: those would leave the thread by design.
    private readonly TaskCompletionSource<T> source = new();

    public Task<T> Task => source.Task;

    public override void Complete(string? resultJson)
    {
        try
        {
            source.TrySetResult(typeof(T) == typeof(Unit) ? default! : json.Read<T>(resultJson)!);
        }
#pragma warning disable CA1031 // A result that cannot be read is the orchestrator's to know of, whatever the app's converters throw.
        catch (Exception e)
#pragma warning restore CA1031
        {
            source.TrySetException(e);
        }
    }

    public override void Fail(Exception exception) => source.TrySetException(exception);

    public void Cancel(CancellationToken cancellationToken) => source.TrySetCanceled(cancellationToken);
}
