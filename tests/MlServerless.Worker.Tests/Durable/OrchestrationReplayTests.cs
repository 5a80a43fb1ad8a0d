using Microsoft.Extensions.Logging;
using MlServerless.Durable.Protocol;
using MlServerless.Worker.Durable;
using MlServerless.Worker.Durable.Replay;

namespace MlServerless.Worker.Tests.Durable;

public sealed class OrchestrationReplayTests
{
    [Fact]
    public void WhenAll_CompletionsInAnyOrder_ResultsInTheOrderOfTheCalls()
    {
        var engine = new Engine(Engine.Of(c => Task.WhenAll(c.CallActivityAsync<int>("A", 1), c.CallActivityAsync<int>("B", 2), c.CallActivityAsync<int>("C", 3))));
        Assert.Equal(["A:1", "B:2", "C:3"], engine.Begin().Select(a => $"{a.ScheduleTask.Name}:{a.ScheduleTask.Input}"));
        Assert.Empty(engine.Step(Engine.Completed(2, "30")));
        engine.Step(Engine.Completed(0, "10"), Engine.Completed(1, "20"));
        Assert.Equal("[10,20,30]", engine.Completion?.Result);
    }

    [Fact]
    public void WhenAny_FirstCompletion_WinsAndTheOthersAreIgnored()
    {
        var engine = new Engine(Engine.Of(async c =>
        {
            var calls = new[] { c.CallActivityAsync<string>("A"), c.CallActivityAsync<string>("B") };
            var first = await await Task.WhenAny(calls);
            return first + await c.CallActivityAsync<string>("C");
        }));
        engine.Begin();
        Assert.Equal("C", Assert.Single(engine.Step(Engine.Completed(1, "\"b\""))).ScheduleTask.Name);
        Assert.Empty(engine.Step(Engine.Completed(0, "\"a\"")));
        engine.Step(Engine.Completed(2, "\"c\""));
        Assert.Equal("\"bc\"", engine.Completion?.Result);
    }

    [Fact]
    public void CreateTimer_LongerThanTheMaximum_IsAChainThatEndsAtItsTime()
    {
        var engine = new Engine(Engine.Of(async c =>
        {
            await c.CreateTimer(TimeSpan.FromDays(7));
            return c.CurrentUtcDateTime;
        }));
        var begun = Engine.Start.AddSeconds(1);
        Assert.Equal(begun.AddDays(3), FireAt(engine.Begin()));

        // Fired a little early, as it was seen to happen; then days late.
        Assert.Equal(begun.AddDays(6), FireAt(engine.StepAt(begun.AddDays(3).AddSeconds(-1), Engine.Fired(0))));
        Assert.Equal(begun.AddDays(7), FireAt(engine.StepAt(begun.AddDays(6.5), Engine.Fired(1))));
        engine.StepAt(begun.AddDays(7), Engine.Fired(2));
        Assert.Equal("\"2026-11-27T12:00:01Z\"", engine.Completion?.Result);
    }

    [Fact]
    public void CreateTimer_Cancelled_ThrowsAndItsFiringIsIgnored()
    {
        var engine = new Engine(Engine.Of(async c =>
        {
            using var source = new CancellationTokenSource();
            var timer = c.CreateTimer(TimeSpan.FromMinutes(1), source.Token);
            source.Cancel();
            try
            {
                await timer;
            }
            catch (TaskCanceledException)
            {
                return await c.CallActivityAsync<string>("After");
            }

            return "not cancelled";
        }));
        Assert.Equal(2, engine.Begin().Count);
        Assert.Empty(engine.Step(Engine.Fired(0)));
        engine.Step(Engine.Completed(1, "\"after\""));
        Assert.Equal("\"after\"", engine.Completion?.Result);
    }

    [Fact]
    public void CurrentUtcDateTimeAndNewGuid_InEveryReplay_AreTheSame()
    {
        var seen = new List<string>();
        var engine = new Engine(Engine.Of(async c =>
        {
            seen.Add($"0 {c.CurrentUtcDateTime:o} {c.NewGuid()} {c.NewGuid()}");
            await c.CallActivityAsync("A");
            seen.Add($"1 {c.CurrentUtcDateTime:o} {c.NewGuid()}");
            await c.CallActivityAsync("B");
        }));
        engine.Begin();
        engine.Step(Engine.Completed(0, "null"));
        engine.Step(Engine.Completed(1, "null"));
        Assert.Equal(5, seen.Count);
        Assert.Equal(2, seen.Distinct().Count());
        Assert.StartsWith("1 2026-11-20T12:00:02.0000000Z ", seen[^1], StringComparison.Ordinal);
        Assert.Equal(3, seen.Distinct().SelectMany(s => s.Split(' ')[2..]).Distinct().Count());
    }

    [Fact]
    public void SubOrchestration_WithoutAnId_GetsADeterministicOneAndANewOneForEachAttempt()
    {
        var retry = TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromSeconds(1)));
        var engine = new Engine(Engine.Of(c => c.CallSubOrchestratorAsync<int>("Child", 7, retry)));
        var first = Assert.Single(engine.Begin()).CreateSubOrchestration;
        engine.Step(Engine.SubFailed(0, new() { ErrorType = "X", ErrorMessage = "m" }));
        var second = Assert.Single(engine.Step(Engine.Fired(1))).CreateSubOrchestration;
        Assert.Equal(32, first.InstanceId.Length);
        Assert.NotEqual(first.InstanceId, second.InstanceId);
        engine.Step(Engine.SubCompleted(2, "42"));
        Assert.Equal("42", engine.Completion?.Result);
        Assert.Equal(first.InstanceId, engine.Run(engine.Calls[0].Request).Actions.Single().CreateSubOrchestration.InstanceId);
    }

    [Fact]
    public void SubOrchestration_Failed_CarriesTypeMessageAndCauses()
    {
        var engine = new Engine(Engine.Of(c => c.CallSubOrchestratorAsync("Child")));
        engine.Begin();
        engine.Step(Engine.SubFailed(0, new()
        {
            ErrorType = "App.OrderError",
            ErrorMessage = "no such order",
            InnerFailure = new() { ErrorType = "System.OutOfMemoryException", ErrorMessage = "inner" },
            IsNonRetriable = true,
        }));
        var details = engine.Completion!.FailureDetails;
        Assert.Equal(("Task 'Child' (#0) failed: App.OrderError: no such order", true), (details.ErrorMessage, details.IsNonRetriable));
        Assert.Equal("App.OrderError", details.InnerFailure.ErrorType);
        Assert.Equal("OutOfMemoryException", details.InnerFailure.InnerFailure.ErrorType);
    }

    [Fact]
    public void Activity_FailedInItsEnvelope_IsATaskFailedExceptionWithCauses()
    {
        var engine = new Engine(Engine.Of(async c =>
        {
            try
            {
                await c.CallActivityAsync("A");
                return "";
            }
            catch (TaskFailedException e)
            {
                return $"{e.TaskName} #{e.TaskId} {e.FailureDetails.IsCausedBy<TimeoutException>()} {e.FailureDetails.IsCausedBy<IOException>()} {e.FailureDetails.ErrorMessage}";
            }
        }));
        engine.Begin();
        engine.Step(Engine.Failed(0, typeof(TimeoutException).FullName!, "too slow"));
        Assert.Equal("\"A #0 True False too slow\"", engine.Completion?.Result);
    }

    [Fact]
    public void Activity_ResultThatDoesNotFit_FailsTheOrchestrationWithTheReason()
    {
        var engine = new Engine(Engine.Of(c => c.CallActivityAsync<int>("A")));
        engine.Begin();
        engine.Step(Engine.Completed(0, "\"text\""));
        Assert.Equal(typeof(System.Text.Json.JsonException).FullName, engine.Completion!.FailureDetails.ErrorType);
    }

    [Fact]
    public void ContinueAsNew_CarriesEventsThatNobodyWaitedFor()
    {
        var engine = new Engine(Engine.Of(async c =>
        {
            await c.WaitForExternalEvent<int>("go");
            c.ContinueAsNew(new { round = 2 });
        }));
        engine.Begin(Engine.Raised("other", "1"));
        var action = Assert.Single(engine.Step(Engine.Raised("GO", "2"), Engine.Raised("go", "3"))).CompleteOrchestration;
        Assert.Equal(OrchestrationStatus.ContinuedAsNew, action.OrchestrationStatus);
        Assert.Equal("{\"round\":2}", action.Result);
        Assert.Equal(["other=1", "go=3"], action.CarryoverEvents.Select(e => $"{e.EventRaised.Name}={e.EventRaised.Input}"));
    }

    [Fact]
    public void ContinueAsNew_WithoutPreserving_DropsEvents()
    {
        var engine = new Engine(Engine.Of(c =>
        {
            c.ContinueAsNew(1, preserveUnprocessedEvents: false);
            return Task.CompletedTask;
        }));
        Assert.Empty(Assert.Single(engine.Begin(Engine.Raised("e"))).CompleteOrchestration.CarryoverEvents);
    }

    [Fact]
    public void Suspend_HoldsEverythingBackUntilResume()
    {
        var engine = new Engine(Engine.Of(async c =>
        {
            c.SetCustomStatus("first");
            await c.CallActivityAsync("A");
            c.SetCustomStatus("second");
            await c.CallActivityAsync("B");
            return await c.WaitForExternalEvent<int>("e");
        }));
        engine.Begin();

        // The activity's end and the suspension in one batch: what the code does next is not to be done yet.
        Assert.Empty(engine.Step(Engine.Completed(0, "null"), Engine.Suspended()));
        Assert.Equal("\"second\"", engine.Calls[^1].Response.CustomStatus);
        Assert.Empty(engine.Step(Engine.Raised("E", "5")));
        Assert.Equal("B", Assert.Single(engine.Step(Engine.Resumed())).ScheduleTask.Name);
        engine.Step(Engine.Completed(1, "null"));
        Assert.Equal("5", engine.Completion?.Result);
    }

    [Fact]
    public void Suspend_CompletionOfTheCode_WaitsForResume()
    {
        var engine = new Engine(Engine.Of(c => c.CallActivityAsync<int>("A")));
        engine.Begin(Engine.Suspended());
        Assert.Empty(engine.Step(Engine.Completed(0, "1")));
        Assert.Null(engine.Completion);

        // The activity's call itself was held back as well, so it is asked for now.
        engine.Step(Engine.Resumed());
        Assert.Equal("1", engine.Completion?.Result);
    }

    [Fact]
    public void Terminate_EndsAsTerminatedWithTheReasonAlsoWhileSuspended()
    {
        var engine = new Engine(Engine.Of(c => c.WaitForExternalEvent<int>("e")));
        engine.Begin(Engine.Suspended());
        var action = Assert.Single(engine.Step(Engine.Terminated("enough"))).CompleteOrchestration;
        Assert.Equal((OrchestrationStatus.Terminated, "enough"), (action.OrchestrationStatus, action.Result));
    }

    [Fact]
    public void Logger_InAReplay_IsSilent()
    {
        var log = new List<bool>();
        var engine = new Engine(Engine.Of(async c =>
        {
            log.Add(c.CreateReplaySafeLogger<Engine>().IsEnabled(LogLevel.Critical) || !c.IsReplaying);
            await c.CallActivityAsync("A");
            log.Add(c.IsReplaying);
        }));
        engine.Begin();
        engine.Step(Engine.Completed(0, "null"));
        Assert.Equal([true, false, false], log);
    }

    [Fact]
    public void Input_WrappedToStayExact_IsUnwrapped()
    {
        var engine = new Engine(Engine.Of(c => Task.FromResult(c.GetInput<decimal>())), """{"$json":"1.50"}""");
        engine.Begin();
        Assert.Equal("1.50", engine.Completion?.Result);
    }

    [Fact]
    public void ConfigureAwaitFalseAndContinueWith_StayOnTheThread()
    {
        var threads = new HashSet<int>();
        var engine = new Engine(Engine.Of(async c =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            await Task.Yield();
            var a = await c.CallActivityAsync<int>("A").ContinueWith(t => t.Result + 1, TaskScheduler.Current);
            threads.Add(Environment.CurrentManagedThreadId);
            var b = await c.CallActivityAsync<int>("B").ConfigureAwait(false);
            threads.Add(Environment.CurrentManagedThreadId);
            return a + b;
        }));
        engine.Begin();
        engine.Step(Engine.Completed(0, "1"));
        engine.Step(Engine.Completed(1, "2"));
        Assert.Null(engine.Failure);
        Assert.Equal("4", engine.Completion?.Result);
        Assert.Single(threads);
    }

    [Fact]
    public void FireAndForget_CallsAndEvents_AreSentWithTheCompletionButTimersAreNot()
    {
        var engine = new Engine(Engine.Of(c =>
        {
            _ = c.CreateTimer(TimeSpan.FromHours(1));
            _ = c.CallActivityAsync("A");
            c.SendEvent("other", "hello", 1);
            return Task.FromResult(1);
        }));
        Assert.Equal(
            [OrchestratorAction.OrchestratorActionTypeOneofCase.ScheduleTask, OrchestratorAction.OrchestratorActionTypeOneofCase.SendEvent, OrchestratorAction.OrchestratorActionTypeOneofCase.CompleteOrchestration],
            engine.Begin().Select(a => a.OrchestratorActionTypeCase));
    }

    [Fact]
    public void Request_WithoutTheHistoryThatItCounts_AsksForIt()
    {
        var engine = new Engine(Engine.Of(c => Task.FromResult(1)));
        var request = new OrchestratorRequest { InstanceId = "i1", NewEvents = { Engine.Completed(0, "1") } };
        request.Properties["IncludePastEvents"] = Google.Protobuf.WellKnownTypes.Value.ForBool(false);
        var response = engine.Run(request);
        Assert.True(response.RequiresHistory);
        Assert.Empty(response.Actions);
    }

    private static DateTime FireAt(IReadOnlyList<OrchestratorAction> actions) => Assert.Single(actions).CreateTimer.FireAt.ToDateTime();
}
