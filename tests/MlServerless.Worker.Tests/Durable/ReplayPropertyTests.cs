using FsCheck;
using MlServerless.Durable.Protocol;
using MlServerless.Worker.Durable;
using MlServerless.Worker.Durable.Replay;

namespace MlServerless.Worker.Tests.Durable;

/// <summary>
/// Random orchestrations, driven by an engine that ends calls in random order and raises, suspends and resumes at random, one call after the
/// other, each from the history so far.
/// </summary>
public sealed class ReplayPropertyTests
{
    private const int MaxCalls = 400;

    private static readonly Configuration Fixed = new()
    {
        MaxNbOfTest = 300,
        Replay = FsCheck.Random.StdGen.NewStdGen(20261120, 42),
        QuietOnSuccess = true,
        Runner = FsCheck.Configuration.QuickThrowOnFailure.Runner,
    };

    [Fact]
    public void Replay_PrefixByPrefix_GivesTheSameActionsAsInOneGo()
        => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed =>
        {
            var engine = Drive(new RandomOrchestration(seed), new Choices(seed));
            Assert.NotNull(engine.Completion);
            Assert.Equal(OrchestrationStatus.Completed, engine.Completion!.OrchestrationStatus);
            var taken = new List<OrchestratorAction>();
            var suspended = false;
            for (var calls = 1; calls <= engine.Calls.Count; calls++)
            {
                var (request, response) = engine.Calls[calls - 1];
                taken.AddRange(response.Actions);
                suspended = request.NewEvents.Aggregate(suspended, (s, e) => e.ExecutionSuspended is not null || (s && e.ExecutionResumed is null));
                var atOnce = engine.Run(AtOnce(engine.Calls.Take(calls)));
                Assert.Equal(response.CustomStatus, atOnce.CustomStatus);
                Assert.Equal(suspended ? [] : taken.Where(a => calls < engine.Calls.Count || a.CreateTimer is null), atOnce.Actions);
            }
        }).Check(Fixed);

    [Fact]
    public void Replay_EveryActionId_IsTakenOnceAndInOrder()
        => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed =>
        {
            var engine = Drive(new RandomOrchestration(seed), new Choices(seed));
            var ids = engine.Calls.SelectMany(c => c.Response.Actions).Select(a => a.Id).ToList();
            Assert.Equal(ids.Order().Distinct(), ids);
        }).Check(Fixed);

    [Fact]
    public void Replay_RandomEventsInAnyOrder_NeverThrows()
        => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed =>
        {
            var orchestration = new RandomOrchestration(seed);
            var engine = Drive(orchestration, new Choices(seed));
            var choices = new Choices(seed);
            var request = new OrchestratorRequest { InstanceId = "i1" };
            for (var i = choices.Below(40); i > 0; i--)
            {
                var e = engine.History[choices.Below(engine.History.Count)].Clone();
                e.EventId = choices.Below(5) - 1;
                (choices.Below(2) == 0 ? request.PastEvents : request.NewEvents).Add(e);
            }

            var response = engine.Run(request);
            Assert.Equal("i1", response.InstanceId);
            Assert.True(response.Actions.Count(a => a.CompleteOrchestration is not null) <= 1);
        }).Check(Fixed);

    /// <summary>All that happened as news, with no action confirmed: the replay has to take every one of them.</summary>
    private static OrchestratorRequest AtOnce(IEnumerable<(OrchestratorRequest Request, OrchestratorResponse Response)> calls)
    {
        var request = new OrchestratorRequest { InstanceId = "i1" };
        request.NewEvents.AddRange(calls.SelectMany(c => c.Request.NewEvents));
        return request;
    }

    private static Engine Drive(RandomOrchestration orchestration, Choices choices)
    {
        var engine = new Engine(Engine.Of(orchestration.RunAsync));
        var due = new List<HistoryEvent>();
        due.AddRange(engine.Begin().Select(a => End(a, choices)).OfType<HistoryEvent>());
        for (var call = 0; engine.Completion is null && call < MaxCalls; call++)
        {
            var batch = new List<HistoryEvent>();
            for (var i = choices.Below(3); i >= 0 && due.Count > 0; i--)
            {
                var index = choices.Below(due.Count);
                batch.Add(due[index]);
                if (choices.Below(8) > 0)
                {
                    // Otherwise it is told again later.
                    due.RemoveAt(index);
                }
            }

            if (choices.Below(2) == 0)
            {
                batch.Insert(choices.Below(batch.Count + 1), Engine.Raised(choices.Below(2) == 0 ? "event" : "EVENT", "1"));
            }

            switch (choices.Below(6))
            {
                case 0:
                    batch.Insert(choices.Below(batch.Count + 1), Engine.Suspended());
                    break;
                case 1 or 2:
                    batch.Insert(choices.Below(batch.Count + 1), Engine.Resumed());
                    break;
            }

            due.AddRange(engine.Step([.. batch]).Select(a => End(a, choices)).OfType<HistoryEvent>());
        }

        return engine;
    }

    private static HistoryEvent? End(OrchestratorAction action, Choices choices) => action.OrchestratorActionTypeCase switch
    {
        OrchestratorAction.OrchestratorActionTypeOneofCase.ScheduleTask => choices.Below(4) switch
        {
            0 => Engine.Failed(action.Id, "T", "m"),
            1 => Engine.Lost(action.Id),
            _ => Engine.Completed(action.Id, "\"ok\""),
        },
        OrchestratorAction.OrchestratorActionTypeOneofCase.CreateSubOrchestration => Engine.SubCompleted(action.Id, "\"sub\""),
        OrchestratorAction.OrchestratorActionTypeOneofCase.CreateTimer => Engine.Fired(action.Id),
        _ => null,
    };
}
