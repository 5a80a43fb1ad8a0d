namespace MlServerless.DevHost.Hosting;

/// <summary>The host cannot start; the message says what is in the way and how to mend it.</summary>
public sealed class StartupException : Exception
{
    public StartupException()
    {
    }

    public StartupException(string message)
        : base(message)
    {
    }

    public StartupException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
