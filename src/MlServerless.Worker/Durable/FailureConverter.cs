using Wire = MlServerless.Durable.Protocol;

namespace MlServerless.Worker.Durable;

/// <summary>Failures between exceptions, our own details and the engine's messages.</summary>
internal static class FailureConverter
{
    private const int MaxDepth = 8;
    private const int MaxMessageLength = 8 * 1024;

    public static TaskFailureDetails FromException(Exception exception) => FromException(exception, 1);

    public static Wire.TaskFailureDetails ToWire(TaskFailureDetails failure)
    {
        var wire = new Wire.TaskFailureDetails
        {
            ErrorType = SafeType(failure.ErrorType),
            ErrorMessage = failure.ErrorMessage,
            IsNonRetriable = failure.IsNonRetriable,
        };
        if (failure.InnerFailure is { } inner)
        {
            wire.InnerFailure = ToWire(inner);
        }

        return wire;
    }

    /// <summary>A sub-orchestration's failure, as its own worker reported it.</summary>
    public static TaskFailureDetails FromSubOrchestration(Wire.TaskFailureDetails? wire)
        => wire is null
            ? new TaskFailureDetails(TaskFailureTypes.Infrastructure, "The sub-orchestration failed without details.")
            : FromWire(wire, 1);

    /// <summary>
    /// An activity's failure that the host reports. Our activities never fail towards the host, so it stands for a lost call; what the host
    /// found inside it becomes text only, because the engine acts on the types of inner failures.
    /// </summary>
    public static TaskFailureDetails FromTask(Wire.TaskFailureDetails? wire)
    {
        if (wire is null)
        {
            return new TaskFailureDetails(TaskFailureTypes.Infrastructure, "The activity's call failed without details; the function may be unknown to the host.");
        }

        if (ActivityEnvelope.TryRead(wire.ErrorMessage) is { Failure: { } failure })
        {
            return failure;
        }

        var messages = new List<string>();
        for (var (w, depth) = (wire, 0); w is not null && depth < MaxDepth; w = w.InnerFailure, depth++)
        {
            messages.Add($"{w.ErrorType}: {FirstLine(w.ErrorMessage)}");
        }

        return new TaskFailureDetails(TaskFailureTypes.Infrastructure, Cut(string.Join(" <- ", messages)));
    }

    private static TaskFailureDetails FromWire(Wire.TaskFailureDetails wire, int depth)
        => new(
            wire.ErrorType,
            Cut(wire.ErrorMessage),
            wire.InnerFailure is { } inner && depth < MaxDepth ? FromWire(inner, depth + 1) : null,
            wire.IsNonRetriable);

    private static TaskFailureDetails FromException(Exception exception, int depth)
    {
        if (exception is AggregateException { InnerExceptions: [var only] })
        {
            return FromException(only, depth);
        }

        var inner = depth >= MaxDepth ? null : exception switch
        {
            TaskFailedException failed => failed.FailureDetails,
            { InnerException: { } cause } => FromException(cause, depth + 1),
            _ => null,
        };
        return new TaskFailureDetails(
            exception.GetType().FullName ?? exception.GetType().Name,
            Cut(exception.Message),
            inner,
            exception is NonRetriableException or TaskFailedException { FailureDetails.IsNonRetriable: true });
    }

    /// <summary>
    /// The engine takes some types of inner failures for its own troubles and repeats the whole call for ever, above all
    /// System.OutOfMemoryException. Without their namespace they are mere names.
    /// </summary>
    private static string SafeType(string type)
        => type is "System.OutOfMemoryException"
           || type.StartsWith("DurableTask.", StringComparison.Ordinal)
           || type.StartsWith("Microsoft.Azure.WebJobs.", StringComparison.Ordinal)
            ? type[(type.LastIndexOf('.') + 1)..]
            : type;

    private static string FirstLine(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? text : text[..end];
    }

    private static string Cut(string text) => text.Length <= MaxMessageLength ? text : text[..MaxMessageLength] + "…";
}
