using MlServerless.Worker.Durable;

namespace MlServerless.Worker.Tests.Durable;

public sealed class ExternalEventTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void WaitForExternalEvent_RaisedBefore_IsGivenOutInOrderWithoutRegardToCase()
    {
        var engine = new Engine(Engine.Of(async c =>
        {
            await c.CallActivityAsync("A");
            return new[] { await c.WaitForExternalEvent<int>("Approve"), await c.WaitForExternalEvent<int>("APPROVE", Minute) };
        }));
        engine.Begin(Engine.Raised("approve", "1"));
        engine.Step(Engine.Raised("aPPROVE", "2"));
        Assert.Equal("[1,2]", Assert.Single(engine.Step(Engine.Completed(0, "null"))).CompleteOrchestration.Result);
    }

    [Fact]
    public void WaitForExternalEvent_TwoWaiting_AreServedInOrder()
    {
        var engine = new Engine(Engine.Of(c => Task.WhenAll(c.WaitForExternalEvent<string>("e"), c.WaitForExternalEvent<string>("E"))));
        engine.Begin();
        engine.Step(Engine.Raised("e", "\"first\""), Engine.Raised("e", "\"second\""));
        Assert.Equal("[\"first\",\"second\"]", engine.Completion?.Result);
    }

    [Fact]
    public void WaitForExternalEvent_Timeout_ThrowsAndLeavesLaterEventsToLaterWaits()
    {
        var engine = new Engine(Engine.Of(async c =>
        {
            try
            {
                return await c.WaitForExternalEvent<int>("e", Minute);
            }
            catch (TaskCanceledException)
            {
                await c.CallActivityAsync("Remind");
                return 100 + await c.WaitForExternalEvent<int>("e");
            }
        }));
        var timer = Assert.Single(engine.Begin());
        Assert.Equal(Engine.Start.AddSeconds(61), timer.CreateTimer.FireAt.ToDateTime());
        Assert.Equal("Remind", Assert.Single(engine.Step(Engine.Fired(0))).ScheduleTask.Name);
        Assert.Empty(engine.Step(Engine.Raised("e", "7")));
        engine.Step(Engine.Completed(1, "null"));
        Assert.Equal("107", engine.Completion?.Result);
    }

    [Fact]
    public void WaitForExternalEvent_InTime_TimerIsForgotten()
    {
        var engine = new Engine(Engine.Of(async c =>
        {
            var approved = await c.WaitForExternalEvent<bool>("e", Minute);
            return await c.CallActivityAsync<string>("After", approved);
        }));
        engine.Begin();
        Assert.Equal("true", Assert.Single(engine.Step(Engine.Raised("e", "true"), Engine.Fired(0))).ScheduleTask.Input);
        Assert.Empty(engine.Step(Engine.Fired(0)));
        engine.Step(Engine.Completed(1, "\"done\""));
        Assert.Equal("\"done\"", engine.Completion?.Result);
    }
}
