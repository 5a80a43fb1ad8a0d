namespace MlServerless.Worker;

/// <summary>Thrown by an activity or an orchestrator whose failure no repetition can mend: no retry policy repeats it.</summary>
public class NonRetriableException : Exception
{
    public NonRetriableException()
    {
    }

    public NonRetriableException(string message)
        : base(message)
    {
    }

    public NonRetriableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
