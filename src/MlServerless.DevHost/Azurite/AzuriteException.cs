namespace MlServerless.DevHost.Azurite;

/// <summary>The storage emulator could not be installed or started; the message says how to mend it.</summary>
public sealed class AzuriteException : Exception
{
    public AzuriteException()
    {
    }

    public AzuriteException(string message)
        : base(message)
    {
    }

    public AzuriteException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
