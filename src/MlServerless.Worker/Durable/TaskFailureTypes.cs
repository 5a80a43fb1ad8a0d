namespace MlServerless.Worker.Durable;

/// <summary>Types of failures that no exception of the app stands behind.</summary>
public static class TaskFailureTypes
{
    /// <summary>The call was lost: the handler died, timed out or never answered, or the function is unknown. Retriable.</summary>
    public const string Infrastructure = "Infrastructure";

    /// <summary>The activity ran past its deadline and was cancelled. Retriable.</summary>
    public const string Deadline = "Deadline";
}
