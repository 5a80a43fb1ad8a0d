namespace MlServerless.DevHost.Hosting;

/// <summary>The app is not running and will not be started again, as it ended with exit code 0.</summary>
public sealed class HandlerUnavailableException : Exception
{
    public HandlerUnavailableException()
    {
    }

    public HandlerUnavailableException(string message)
        : base(message)
    {
    }

    public HandlerUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
