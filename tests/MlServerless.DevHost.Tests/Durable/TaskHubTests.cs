using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using MlServerless.DevHost.Durable;
using MlServerless.DevHost.Durable.Journal;
using MlServerless.DevHost.Invocation;
using MlServerless.Durable.Protocol;

namespace MlServerless.DevHost.Tests.Durable;

public sealed class TaskHubTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devhost-hub");
    private readonly ManualTime _time = new();

    private string File => Path.Combine(_folder.FullName, "hub");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>A crash at any byte of the journal leaves a hub that loads, in one of the states it had, and with its work still to do.</summary>
    [Fact]
    public async Task Open_AnyPrefix_IsAnEarlierState()
    {
        var states = new HashSet<string>();
        await using (var hub = Open())
        {
            states.Add(Show(hub));
            foreach (var step in Story(hub))
            {
                await step();
                states.Add(Show(hub));
            }
        }

        var whole = System.IO.File.ReadAllBytes(File);
        var seen = new HashSet<string>();
        for (var length = 0; length <= whole.Length; length += length < whole.Length - 40 ? 7 : 1)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            await using var hub = Open();
            Assert.Contains(Show(hub), states);
            seen.Add(Show(hub));
        }

        Assert.Equal(states.Count, seen.Count);
    }

    [Fact]
    public async Task Turn_OfAChildWhoseIdRuns_FailsTheCall()
    {
        await using var hub = Open();
        var client = Client(hub);
        await client.StartAsync(new("O", "parent", null));
        await client.StartAsync(new("O", "child", null));
        await TurnAsync(hub, "parent", new OrchestratorAction { Id = 0, CreateSubOrchestration = new() { Name = "O", InstanceId = "child" } });
        var inbox = hub.Read(s => s.Find("parent")!.Inbox.Single());
        Assert.Equal(0, inbox.SubOrchestrationInstanceFailed.TaskScheduledId);
        Assert.Contains("already running", inbox.SubOrchestrationInstanceFailed.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_RunningId_IsRefused_EndedId_IsReplaced()
    {
        await using var hub = Open();
        var client = Client(hub);
        await client.StartAsync(new("O", "a", "1"));
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => client.StartAsync(new("O", "a", "2")));
        await Assert.ThrowsAsync<ArgumentException>(() => client.StartAsync(new("Nobody", "b", null)));
        await TurnAsync(hub, "a", Complete("1"));
        await client.StartAsync(new("O", "a", "2"));
        Assert.Equal(("2", OrchestrationStatus.Pending), hub.Read(s => (s.Find("a")!.Input, s.Find("a")!.Status)));
    }

    [Fact]
    public async Task ContinueAsNew_KeepsEventsAndDropsWhatTheOldExecutionWaitedFor()
    {
        await using var hub = Open();
        var client = Client(hub);
        await client.StartAsync(new("O", "a", "1"));
        var first = await TurnAsync(hub, "a", new OrchestratorAction { Id = 0, ScheduleTask = new() { Name = "A" } });
        await client.SendAsync("a", e => e.EventRaised = new() { Name = "early" });
        await TurnAsync(hub, "a", new OrchestratorAction
        {
            Id = 1, CompleteOrchestration = new() { OrchestrationStatus = OrchestrationStatus.ContinuedAsNew, Result = "2" },
        });
        await hub.CommitAsync(_ => (new JournalRecord
        {
            ActivityCompleted = new() { InstanceId = "a", ExecutionId = first, TaskId = 0, Event = HistoryEvents.TaskCompleted(0, "late", _time.GetUtcNow()) },
        }, true));
        var (prepared, inbox, history, input) = hub.Read(s => s.Find("a") is { } a ? (a.Prepared.ToList(), a.Inbox.Count, a.History.Count, a.Input) : default);
        Assert.Equal(
            [HistoryEvent.EventTypeOneofCase.OrchestratorStarted, HistoryEvent.EventTypeOneofCase.ExecutionStarted, HistoryEvent.EventTypeOneofCase.OrchestratorCompleted],
            prepared.Select(e => e.EventTypeCase));
        Assert.Equal((0, 0, "2"), (inbox, history, input));
    }

    [Fact]
    public async Task Rewind_TakesOutWhatFailed()
    {
        await using var hub = Open();
        var client = Client(hub);
        await client.StartAsync(new("O", "a", null));
        var execution = await TurnAsync(
            hub, "a", new OrchestratorAction { Id = 0, ScheduleTask = new() { Name = "Good" } }, new OrchestratorAction { Id = 1, ScheduleTask = new() { Name = "Bad" } });
        foreach (var ended in new[] { HistoryEvents.TaskCompleted(0, "1", _time.GetUtcNow()), HistoryEvents.TaskFailed(1, null, _time.GetUtcNow()) })
        {
            await hub.CommitAsync(_ => (new JournalRecord
            {
                ActivityCompleted = new() { InstanceId = "a", ExecutionId = execution, TaskId = ended.TaskCompleted?.TaskScheduledId ?? 1, Event = ended },
            }, true));
        }

        await TurnAsync(hub, "a", new OrchestratorAction { Id = 2, CompleteOrchestration = new() { OrchestrationStatus = OrchestrationStatus.Failed } });
        Assert.Equal(OrchestrationStatus.Failed, await client.RewindAsync("a", "again"));
        var (status, scheduled, failed, inbox) = hub.Read(s => s.Find("a") is { } a
            ? (a.Status, a.History.Where(e => e.TaskScheduled is not null).Select(e => e.TaskScheduled.Name).ToList(), a.History.Count(e => e.TaskFailed is not null), a.Inbox.Single())
            : default);
        Assert.Equal((OrchestrationStatus.Running, 0, "again"), (status, failed, inbox.GenericEvent.Data));
        Assert.Equal(["Good"], scheduled);
    }

    [Fact]
    public async Task Journal_IsCompacted_AndReadsTheSame()
    {
        var input = "\"" + new string('x', 1 << 20) + "\"";
        string shown;
        await using (var hub = Open())
        {
            var client = Client(hub);
            for (var i = 0; i < 24; i++)
            {
                await client.StartAsync(new("O", "same", input));
                await TurnAsync(hub, "same", Complete("1"));
            }

            shown = Show(hub);
        }

        Assert.True(new FileInfo(File).Length < 20 << 20, "The journal was not compacted.");
        await using var again = Open();
        Assert.Equal(shown, Show(again));
    }

    private static OrchestratorAction Complete(string result) =>
        new() { Id = 9, CompleteOrchestration = new() { OrchestrationStatus = OrchestrationStatus.Completed, Result = result } };

    private static string Show(TaskHub hub) =>
        hub.Read(state => string.Join('\n', state.Instances.Values.OrderBy(i => i.InstanceId, StringComparer.Ordinal).Select(i => i.ToString())));

    private IEnumerable<Func<Task>> Story(TaskHub hub)
    {
        var client = Client(hub);
        yield return () => client.StartAsync(new("O", "a", "1"));
        yield return () => client.StartAsync(new("O", "b", "2"));
        yield return () => client.SendAsync("a", e => e.EventRaised = new() { Name = "x", Input = "3" });
        yield return () => TurnAsync(
            hub, "a",
            new OrchestratorAction { Id = 0, ScheduleTask = new() { Name = "A", Input = "4" } },
            new OrchestratorAction { Id = 1, CreateTimer = new() { FireAt = Timestamp.FromDateTimeOffset(_time.GetUtcNow()) } },
            new OrchestratorAction { Id = 2, CreateSubOrchestration = new() { Name = "O", InstanceId = "child" } },
            new OrchestratorAction { Id = 3, SendEvent = new() { Instance = new() { InstanceId = "b" }, Name = "y" } });
        yield return () => hub.CommitAsync(s => (new JournalRecord { TimerFired = new() { InstanceId = "a", ExecutionId = s.Find("a")!.ExecutionId, TimerId = 1 } }, true));
        yield return () => TurnAsync(hub, "child", Complete("5"));
        yield return () => TurnAsync(hub, "a", Complete("6"));
        yield return () => client.PurgeAsync(["a"]);
    }

    /// <summary>One call of the orchestrator, with the given actions as its answer.</summary>
    /// <returns>The execution that was called.</returns>
    private async Task<string> TurnAsync(TaskHub hub, string id, params OrchestratorAction[] actions)
    {
        var response = new OrchestratorResponse { InstanceId = id };
        response.Actions.Add(actions);
        return await hub.CommitAsync(state =>
        {
            var instance = state.Find(id)!;
            var turn = OrchestrationRunner.Begin(instance, _time.GetUtcNow(), HostProfile.Recorded);
            var record = TurnBuilder.FromResponse(turn, instance, response, other => state.Find(other) is { } i && !i.Status.HasEnded(), _time.GetUtcNow());
            return (new JournalRecord { TurnCompleted = record }, instance.ExecutionId);
        });
    }

    private TaskHub Open() => TaskHub.Open(File, NullLogger.Instance);

    private DurableClient Client(TaskHub hub)
    {
        var trigger = new FunctionBinding("orchestrationTrigger", "context", false, []);
        var app = new AppDefinition("/", new HostSettings(), [new() { Name = "O", Kind = FunctionKind.Orchestration, Trigger = trigger }], new AppSettings([]), []);
        return new(hub, app, _time);
    }
}
