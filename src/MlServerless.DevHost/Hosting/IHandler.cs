namespace MlServerless.DevHost.Hosting;

/// <summary>The running app as those see it who call it.</summary>
internal interface IHandler
{
    /// <summary>Where the app listens, the same after every restart.</summary>
    Uri Address { get; }

    /// <summary>Waits until the app answers.</summary>
    /// <exception cref="HandlerUnavailableException">It ended and is not started again, though the host runs on.</exception>
    /// <exception cref="OperationCanceledException">The host stops, or the caller asked to.</exception>
    Task WhenReadyAsync(CancellationToken cancellationToken);

    /// <summary>Kills the app, as the host does when a function exceeds its time, and starts it again, uncounted.</summary>
    void KillAndRestart(string reason);
}
