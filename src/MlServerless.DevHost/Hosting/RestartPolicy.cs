namespace MlServerless.DevHost.Hosting;

/// <summary>
/// Counts the errors of the app as the host does: an error more than 30 minutes after the one before forgets all earlier ones.
/// </summary>
internal sealed class RestartPolicy(int limit, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(30);

    private DateTimeOffset _last;

    /// <summary>Errors that count now.</summary>
    public int Errors { get; private set; }

    /// <summary>Notes an error.</summary>
    /// <returns>True when the app may be started again, false when the host has to stop.</returns>
    public bool AddError()
    {
        var now = time.GetUtcNow();
        if (Errors > 0 && now - _last > Window)
            Errors = 0;
        _last = now;
        return ++Errors < limit;
    }
}
