using System.Text.Json;
using MlServerless.Worker.Durable;

namespace MlServerless.Worker.Tests.Exchanges;

/// <summary>Orchestrators that fit the recorded histories; the recording's own code is not known, only what it did.</summary>
public sealed class BenchOrchestrators
{
    private static readonly TaskOptions ThreeAttempts = TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(5)));

    [Function("OrchSeq")]
    public async Task<JsonElement[]> Seq([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var a = await context.CallActivityAsync<JsonElement>("ActA", context.GetInput<JsonElement>());
        var b = await context.CallActivityAsync<JsonElement>("ActB", a);
        return [a, b];
    }

    [Function("OrchFanout")]
    public async Task<int> Fanout([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => context.CallActivityAsync<JsonElement>(i % 2 == 0 ? "ActA" : "ActB", i)));
        return results.Length;
    }

    [Function("OrchTimerSub")]
    public async Task<object> TimerSub([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CreateTimer(TimeSpan.FromSeconds(3));
        var sub = await context.CallSubOrchestratorAsync<string[]>("OrchChild", "to child", new TaskOptions().WithInstanceId(context.InstanceId + ":child"));
        var ev = await context.WaitForExternalEvent<Dictionary<string, int>>("GO");
        return new { sub = sub[0], ev = ev["ev"] };
    }

    [Function("OrchChild")]
    public async Task<string> Child([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus($"child of {context.Parent?.Name} {context.Parent?.InstanceId}");
        return await context.CallActivityAsync<string>("ActB", context.GetInput<string>());
    }

    [Function("OrchCan")]
    public Task Can([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var generation = context.GetInput<int>();
        context.SetCustomStatus(new { generation });
        context.ContinueAsNew(generation + 1);
        return Task.CompletedTask;
    }

    [Function("OrchWait")]
    public async Task<JsonElement> Wait([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus("waiting");
        return await context.WaitForExternalEvent<JsonElement>("EV");
    }

    [Function("OrchFail")]
    public async Task Fail([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var a = await context.CallActivityAsync<JsonElement>("ActA", context.GetInput<string>());
        await context.CallActivityAsync("ActFail", a);
    }

    [Function("OrchReason")]
    public Task Reason([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync("ActReason", null, ThreeAttempts);

    [Function("OrchBadJson")]
    public Task BadJson([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync("ActBadJson");

    [Function("OrchNoSuch")]
    public Task NoSuch([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync("ActNoSuch");

    [Function("OrchCallsSlow")]
    public Task CallsSlow([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync("ActSlow", 1, ThreeAttempts);

    [Function("OrchCallsCrash")]
    public async Task<string> CallsCrash([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            await context.CallActivityAsync("ActCrash");
            return "no failure";
        }
        catch (TaskFailedException e)
        {
            return $"{e.TaskName} {e.FailureDetails.ErrorType} retriable={!e.FailureDetails.IsNonRetriable} inner={e.FailureDetails.InnerFailure is not null}";
        }
    }

    [Function("OrchFailPlain")]
    public Task FailPlain([OrchestrationTrigger] TaskOrchestrationContext context) => throw new NonRetriableException("plain failure message");

    [Function("OrchFailInner")]
    public Task FailInner([OrchestrationTrigger] TaskOrchestrationContext context) => throw new InvalidOperationException("outer", new FormatException("inner"));

#pragma warning disable CA2201 // The engine's treatment of this very type is the case.
    [Function("OrchFailOom")]
    public Task FailOom([OrchestrationTrigger] TaskOrchestrationContext context) => throw new InvalidOperationException("outer", new OutOfMemoryException("inner"));
#pragma warning restore CA2201

    [Function("OrchHttp500")]
    public async Task<int> Http500([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await Task.Yield();
        throw new InvalidDataException($"not for {context.GetInput<string>()}");
    }

    [Function("OrchNullReturn")]
    public Task NullReturn([OrchestrationTrigger] TaskOrchestrationContext context) => Task.CompletedTask;

    [Function("OrchTerminate")]
    public Task<string> Terminate([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SendEvent("x", "stop", new { reason = context.GetInput<string>() });
        return Task.FromResult("sent");
    }
}
