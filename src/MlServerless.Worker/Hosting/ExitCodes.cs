namespace MlServerless.Worker;

/// <summary>
/// Exit codes as the Functions host reads them: 0 is never restarted and leaves every call failing, 200 is restarted and not
/// counted, any other is restarted and the third within 30 minutes stops the host.
/// </summary>
internal static class ExitCodes
{
    public const int CleanShutdown = 200;
    public const int Failure = 1;

    private static int guarded;

    /// <summary>Turns an exit with 0 by whatever way (a <c>Main</c> that returns nothing, <c>Environment.Exit(0)</c>) into a clean shutdown.</summary>
    public static void NeverZero()
    {
        if (Interlocked.Exchange(ref guarded, 1) == 0)
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) =>
            {
                if (Environment.ExitCode == 0)
                {
                    Environment.ExitCode = CleanShutdown;
                }
            };
        }
    }
}
