namespace MlServerless.DevHost.Hosting;

/// <summary>Exit codes of the program.</summary>
internal static class ExitCode
{
    public const int Stopped = 0;
    public const int Unexpected = 1;
    public const int BadArguments = 2;
    public const int BadConfiguration = 3;
    public const int CannotStart = 4;
    public const int AppGaveUp = 5;
}
