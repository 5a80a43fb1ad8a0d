using MlServerless.Pipelines.Runs;
using MlServerless.Worker.Durable;

namespace MlServerless.Functions.Orchestrations;

/// <summary>Calls steps with the retries that go with their failures: storage faults, deadlines and lost calls are tried again, all else is final.</summary>
internal sealed class StepCalls(TaskOrchestrationContext context)
{
    private static readonly TaskOptions Retries = TaskOptions.FromRetryPolicy(
        new RetryPolicy(maxNumberOfAttempts: 6, firstRetryInterval: TimeSpan.FromSeconds(2), backoffCoefficient: 2.5, maxRetryInterval: TimeSpan.FromMinutes(2))
        {
            Handle = IsTransient,
        });

    private static readonly TimeSpan FirstBackOffPoll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBackOffPoll = TimeSpan.FromMinutes(5);

    private static readonly HashSet<string> TransientTypes = new(StringComparer.Ordinal)
    {
        TaskFailureTypes.Infrastructure,
        TaskFailureTypes.Deadline,
        "Azure.RequestFailedException",
        "System.AggregateException",
        "System.IO.IOException",
        "System.Net.Http.HttpRequestException",
        "System.Net.Sockets.SocketException",
        "System.OperationCanceledException",
        "System.Threading.Tasks.TaskCanceledException",
        "System.TimeoutException",
    };

    public async Task<T> CallAsync<T>(string activity, object input)
    {
        for (TimeSpan poll = FirstBackOffPoll; ; poll = poll * 2 < LongestBackOffPoll ? poll * 2 : LongestBackOffPoll)
        {
            try
            {
                return await context.CallActivityAsync<T>(activity, input, Retries);
            }
            catch (TaskFailedException failure) when (failure.FailureDetails.IsCausedBy<StepBackOffException>())
            {
                await context.CreateTimer(poll);
            }
        }
    }

    public static bool IsStale(TaskFailedException failure) => failure.FailureDetails.IsCausedBy<StaleRunException>();

    private static bool IsTransient(TaskFailureDetails failure) => TransientTypes.Contains(failure.ErrorType);
}
