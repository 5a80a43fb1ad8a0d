using MlServerless.Worker.Durable;

namespace MlServerless.Worker.Tests.Durable;

/// <summary>An orchestrator whose steps follow from a seed and whose way follows from the outcomes of its steps.</summary>
internal sealed class RandomOrchestration(int seed)
{
    private static readonly TaskOptions Retry = TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(3), 2));

    public async Task<string> RunAsync(TaskOrchestrationContext context)
    {
        var choices = new Choices(seed);
        var log = new List<string>();
        for (var steps = 1 + choices.Below(7); steps > 0; steps--)
        {
            var kind = choices.Below(9);
            log.Add($"{kind}:{await StepAsync(context, kind, choices.Below(4))}");
            context.SetCustomStatus(log.Count);
        }

        return string.Join(' ', log);
    }

    private static async Task<string> StepAsync(TaskOrchestrationContext context, int kind, int size) => kind switch
    {
        0 => await TryAsync(context, "A", null),
        1 => string.Join(',', await Task.WhenAll(Enumerable.Range(0, size).Select(i => TryAsync(context, $"F{i}", Retry)))),
        2 => await await Task.WhenAny(Enumerable.Range(0, size + 1).Select(i => TryAsync(context, $"R{i}", null))),
        3 => await TimerAsync(context, TimeSpan.FromDays(size * 2)),
        4 => await EventAsync(context, TimeSpan.FromHours(size)),
        5 => await context.CallSubOrchestratorAsync<string>("Sub", context.NewGuid()),
        6 => Send(context),
        7 => $"{context.NewGuid()} {context.CurrentUtcDateTime:o}",
        _ => $"{await context.WaitForExternalEvent<int>("Event")}",
    };

    private static async Task<string> TryAsync(TaskOrchestrationContext context, string name, TaskOptions? options)
    {
        try
        {
            return await context.CallActivityAsync<string>(name, context.NewGuid(), options);
        }
        catch (TaskFailedException e)
        {
            return $"{e.FailureDetails.ErrorType}@{context.CurrentUtcDateTime:T}";
        }
    }

    private static async Task<string> TimerAsync(TaskOrchestrationContext context, TimeSpan delay)
    {
        await context.CreateTimer(delay);
        return context.CurrentUtcDateTime.ToString("o");
    }

    private static async Task<string> EventAsync(TaskOrchestrationContext context, TimeSpan timeout)
    {
        try
        {
            return (await context.WaitForExternalEvent<int>("event", timeout)).ToString();
        }
        catch (TaskCanceledException)
        {
            return "late";
        }
    }

    private static string Send(TaskOrchestrationContext context)
    {
        context.SendEvent("other", "note", context.CurrentUtcDateTime);
        return "sent";
    }
}
