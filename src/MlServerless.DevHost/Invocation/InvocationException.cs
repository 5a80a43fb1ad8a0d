namespace MlServerless.DevHost.Invocation;

/// <summary>
/// A call of a function failed. <see cref="Exception.InnerException"/> is what the host saw; <see cref="TypeName"/> is the type
/// under which the real host reports it.
/// </summary>
public sealed class InvocationException : Exception
{
    public InvocationException()
    {
    }

    public InvocationException(string message)
        : base(message)
    {
    }

    public InvocationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal string TypeName { get; private init; } = "Microsoft.Azure.WebJobs.Host.FunctionInvocationException";

    internal static InvocationException Failed(string function, Exception cause) =>
        new($"Exception while executing function: Functions.{function}", cause);

    internal static InvocationException TimedOut(string function, TimeSpan limit) =>
        new($"Timeout value of {limit:hh\\:mm\\:ss} was exceeded by function: Functions.{function}")
        {
            TypeName = "Microsoft.Azure.WebJobs.Host.FunctionTimeoutException",
        };
}
