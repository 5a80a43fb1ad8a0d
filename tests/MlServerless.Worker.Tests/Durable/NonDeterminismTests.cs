using MlServerless.Durable.Protocol;
using MlServerless.Worker.Durable;
using MlServerless.Worker.Durable.Replay;

namespace MlServerless.Worker.Tests.Durable;

public sealed class NonDeterminismTests
{
    [Fact]
    public void Replay_OtherName_NamesBothActions()
        => AssertMismatch(
            c => c.CallActivityAsync("Ingest"),
            c => c.CallActivityAsync("Import"),
            "the history holds #0 activity 'Ingest', but the code's action is #0 activity 'Import'");

    [Fact]
    public void Replay_OtherKind_NamesBothActions()
        => AssertMismatch(
            c => c.CallSubOrchestratorAsync("Train"),
            c => c.CreateTimer(TimeSpan.FromMinutes(1)),
            "the history holds #0 sub-orchestration 'Train', but the code's action is #0 timer");

    [Fact]
    public void Replay_ActionLeftOut_NamesTheOneThatFollows()
        => AssertMismatch(
            c => Task.WhenAll(c.CallActivityAsync("A"), c.CallActivityAsync("B")),
            c => c.CallActivityAsync("B"),
            "the history holds #0 activity 'A', but the code's action is #0 activity 'B'");

    [Fact]
    public void Replay_CodeThatEndsEarlier_SaysSo()
        => AssertMismatch(
            c => c.CallActivityAsync("A"),
            _ => Task.CompletedTask,
            "the history holds #0 activity 'A', but the code had already ended there");

    [Fact]
    public void Replay_SentEventOfOtherName_NamesBoth()
        => AssertMismatch(
            c => Send(c, "yes"),
            c => Send(c, "no"),
            "the history holds #0 sent event 'yes', but the code's action is #0 sent event 'no'");

    [Fact]
    public void Replay_NameOfOtherCase_IsTheSame()
    {
        var engine = new Engine(Engine.Of(c => c.CallActivityAsync("ingest")));
        engine.Begin();
        var changed = new Engine(Engine.Of(c => c.CallActivityAsync("Ingest")));
        Assert.Empty(changed.Run(After(engine)).Actions);
    }

    [Fact]
    public void Await_TaskThatIsNotDurable_FailsWithWhatToDo()
    {
        var never = new TaskCompletionSource();
        var engine = new Engine(Engine.Of(async c =>
        {
            await c.CallActivityAsync("A");
            await never.Task;
        }));
        engine.Begin();
        engine.Step(Engine.Completed(0, "null"));
        AssertNotDurable(engine);
    }

    [Fact]
    public void Await_TaskEndedByAnotherThread_FailsAlsoWhileAnActivityIsOpen()
    {
        var engine = new Engine(Engine.Of(async c =>
        {
            var open = c.CallActivityAsync("A");
            var foreign = new TaskCompletionSource();
            var waiting = foreign.Task.ContinueWith(_ => { }, TaskScheduler.Current);
            var thread = new Thread(foreign.SetResult);
            thread.Start();
            thread.Join();
            await waiting;
            await open;
        }));
        engine.Begin();
        AssertNotDurable(engine);
    }

    [Fact]
    public void Context_UsedOnAnotherThread_Throws()
    {
        Exception? thrown = null;
        var engine = new Engine(Engine.Of(c =>
        {
            var thread = new Thread(() => thrown = Record.Exception(() => c.NewGuid()));
            thread.Start();
            thread.Join();
            return Task.CompletedTask;
        }));
        engine.Begin();
        Assert.Contains("outside of its orchestrator's thread", Assert.IsType<InvalidOperationException>(thrown).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void History_WithoutAStart_FailsWithAMessage()
    {
        var engine = new Engine(Engine.Of(_ => Task.CompletedTask));
        engine.Run(new OrchestratorRequest { InstanceId = "lost" });
        Assert.Contains("does not say that it was started", engine.Failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mismatch_InATerminatedInstance_StillEndsAsTerminated()
    {
        var engine = new Engine(Engine.Of(c => c.CallActivityAsync("A")));
        engine.Begin();
        var request = After(engine);
        request.NewEvents.Add(Engine.Terminated("enough"));
        var response = new Engine(Engine.Of(c => c.CallActivityAsync("B"))).Run(request);
        Assert.Equal(OrchestrationStatus.Terminated, Assert.Single(response.Actions).CompleteOrchestration.OrchestrationStatus);
    }

    private static Task Send(TaskOrchestrationContext context, string name)
    {
        context.SendEvent("other", name);
        return context.WaitForExternalEvent<int>("answer");
    }

    private static OrchestratorRequest After(Engine engine)
    {
        var request = new OrchestratorRequest { InstanceId = "i1" };
        request.PastEvents.AddRange(engine.History);
        return request;
    }

    private static void AssertMismatch(Func<TaskOrchestrationContext, Task> before, Func<TaskOrchestrationContext, Task> after, string message)
    {
        var engine = new Engine(Engine.Of(before));
        engine.Begin();
        var changed = new Engine(Engine.Of(after));
        var failure = Assert.Single(changed.Run(After(engine)).Actions).CompleteOrchestration.FailureDetails;
        Assert.Equal(typeof(NonDeterministicOrchestrationException).FullName, failure.ErrorType);
        Assert.Contains(message, failure.ErrorMessage, StringComparison.Ordinal);
        Assert.True(failure.IsNonRetriable);
    }

    private static void AssertNotDurable(Engine engine)
    {
        Assert.Equal(typeof(NonDeterministicOrchestrationException).FullName, engine.Completion?.FailureDetails.ErrorType);
        Assert.Contains("awaits a task that no event of its history can end", engine.Completion?.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }
}
