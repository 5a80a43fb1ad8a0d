namespace MlServerless.Worker;

/// <summary>The app cannot start as it is configured; the message says what to change.</summary>
public sealed class FunctionsConfigurationException : Exception
{
    public FunctionsConfigurationException(string message)
        : base(message)
    {
    }

    public FunctionsConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
