using MlServerless.DevHost.Invocation;
using MlServerless.Durable.Protocol;

namespace MlServerless.DevHost.Durable;

/// <summary>Failures as the durable extension tells orchestrators of them.</summary>
internal static class FailureDetails
{
    /// <summary>The chain of causes; the .NET types keep their names, ours take those of the host.</summary>
    public static TaskFailureDetails From(Exception error) => new()
    {
        ErrorType = error switch
        {
            InvocationException invocation => invocation.TypeName,
            UnsupportedMediaTypeException => "System.Net.Http.UnsupportedMediaTypeException",
            HandlerUnavailableException => "System.InvalidOperationException",
            _ => error.GetType().FullName ?? error.GetType().Name,
        },
        ErrorMessage = error.Message,
        StackTrace = error.StackTrace ?? "",
        InnerFailure = error.InnerException is { } inner ? From(inner) : null,
    };

    /// <summary>An out-of-memory anywhere in the chain makes the engine abort the call and try again.</summary>
    public static bool ForcesRetry(this TaskFailureDetails? failure)
    {
        for (; failure is not null; failure = failure.InnerFailure)
        {
            if (failure.ErrorType == "System.OutOfMemoryException")
                return true;
        }

        return false;
    }
}
