namespace MlServerless.Worker.Durable;

/// <summary>Why a task failed, as far as it can be told across processes.</summary>
/// <param name="ErrorType">Full name of the exception's type, or one of the words of <see cref="TaskFailureTypes"/>.</param>
/// <param name="ErrorMessage">The exception's message.</param>
/// <param name="InnerFailure">The cause, null when there was none.</param>
/// <param name="IsNonRetriable">True when no retry policy repeats the task.</param>
public sealed record TaskFailureDetails(string ErrorType, string ErrorMessage, TaskFailureDetails? InnerFailure = null, bool IsNonRetriable = false)
{
    /// <summary>True when the failure or one of its causes is an exception of exactly this type.</summary>
    public bool IsCausedBy<T>()
        where T : Exception
    {
        for (var failure = this; failure is not null; failure = failure.InnerFailure)
        {
            if (failure.ErrorType == typeof(T).FullName || failure.ErrorType == typeof(T).Name)
            {
                return true;
            }
        }

        return false;
    }
}
